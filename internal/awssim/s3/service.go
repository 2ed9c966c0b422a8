// Package s3 is the room of the simulated AWS where objects are kept: Amazon S3 (REST-XML, API version 2006-03-01), with
// GetObject, HeadObject, PutObject and ListObjectsV2, as far as evidence and a configuration need them. Buckets come from the
// world file. They are addressed by the path, or by the host.
//
// There are no versions, copies, parts, ranges, access points and access control lists, and a bucket has no policy. Of the
// conditions there is that of a new object, If-None-Match: *. What is put with a checksum is taken without looking at it.
package s3

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// service is the room. It has no state of its own.
type service struct {
	w *world.World
}

// New makes the room over w.
func New(w *world.World) wire.Service { return service{w} }

// Name is the signing name.
func (service) Name() string { return "s3" }

// Protocol is REST-XML.
func (service) Protocol() wire.Protocol { return wire.RESTXML }

// Operations are those that Route knows.
func (service) Operations() []string {
	return []string{"GetObject", "HeadObject", "ListObjectsV2", "PutObject"}
}

// Route reads the operation from the method and the path, and puts Bucket and Key into the request's path.
func (s service) Route(r *wire.Request) (wire.Op, bool) {
	bucket, key := place(r)
	r.Path["Bucket"], r.Path["Key"] = bucket, key
	op := wire.Op{Resource: s.arn(bucket, key), ReadOnly: true}
	switch {
	case bucket == "":
		return op, false
	case key == "" && r.Method == http.MethodGet && r.Query.Get("list-type") == "2":
		op.Name = "ListObjectsV2"
	case key == "":
		return op, false
	case r.Method == http.MethodGet:
		op.Name = "GetObject"
	case r.Method == http.MethodHead:
		op.Name = "HeadObject"
	case r.Method == http.MethodPut && r.Header.Get("X-Amz-Copy-Source") == "" && !r.Query.Has("partNumber"):
		op.Name, op.ReadOnly = "PutObject", false
	}
	return op, op.Name != ""
}

// place reads bucket and key: by the path, or the bucket by the host (BUCKET.s3.REGION.amazonaws.com).
func place(r *wire.Request) (bucket, key string) {
	path, err := url.PathUnescape(strings.TrimPrefix(r.RawPath, "/"))
	if err != nil {
		return "", ""
	}
	if at := strings.Index(r.Host, ".s3."); at > 0 {
		return r.Host[:at], path
	}
	bucket, key, _ = strings.Cut(path, "/")
	return bucket, key
}

func (s service) arn(bucket, key string) string {
	arn := "arn:" + s.w.Partition + ":s3:::" + bucket
	if key != "" {
		arn += "/" + key
	}
	return arn
}

// Refuse words refusals that come from around the operation.
func (service) Refuse(f wire.Refusal) *wire.Error {
	switch f.Kind {
	case wire.Throttled:
		return wire.Errorf(503, "SlowDown", "%s", f.Message)
	case wire.AccessDenied:
		return wire.Errorf(403, "AccessDenied", "%s", f.Message)
	case wire.Unavailable:
		return wire.Errorf(503, "ServiceUnavailable", "%s", f.Message)
	default:
		return wire.Errorf(500, "InternalError", "%s", f.Message)
	}
}

// Serve carries out the operation.
func (s service) Serve(r *wire.Request) (wire.Response, error) {
	b, ok := s.w.Buckets.Get(r.Path["Bucket"])
	switch {
	case !ok:
		return wire.Response{}, wire.Errorf(404, "NoSuchBucket", "The specified bucket does not exist")
	case b.Region != r.Region:
		return wire.Response{}, wire.Errorf(301, "PermanentRedirect", "The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.")
	case b.Owner != r.Caller.Account:
		return wire.Response{}, wire.Errorf(403, "AccessDenied", "Access Denied")
	}
	switch r.Op.Name {
	case "PutObject":
		return s.put(r, b)
	case "ListObjectsV2":
		return s.list(r, b)
	}
	o, ok := s.w.Buckets.Object(b.Name, r.Path["Key"])
	if !ok {
		return wire.Response{}, wire.Errorf(404, "NoSuchKey", "The specified key does not exist.")
	}
	answer := wire.Response{Status: 200, ContentType: o.Type, Headers: headers(o)}
	if r.Op.Name == "GetObject" {
		answer.Body = o.Body
	}
	return answer, nil
}

func headers(o world.Object) map[string]string {
	return map[string]string{"ETag": etag(o), "Last-Modified": o.At.UTC().Format(http.TimeFormat)}
}

func etag(o world.Object) string {
	sum := md5.Sum(o.Body)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

func (s service) put(r *wire.Request, b world.Bucket) (wire.Response, error) {
	if _, there := s.w.Buckets.Object(b.Name, r.Path["Key"]); there && r.Header.Get("If-None-Match") == "*" {
		return wire.Response{}, wire.Errorf(412, "PreconditionFailed", "At least one of the pre-conditions you specified did not hold")
	}
	body := r.Body
	if strings.Contains(r.Header.Get("Content-Encoding"), "aws-chunked") {
		var err error
		if body, err = unchunk(body); err != nil {
			return wire.Response{}, wire.Errorf(400, "IncompleteBody", "%v", err)
		}
	}
	o := world.Object{Key: r.Path["Key"], Body: body, Type: r.Header.Get("Content-Type")}
	s.w.Buckets.Put(b.Name, o)
	return wire.Response{Status: 200, Headers: map[string]string{"ETag": etag(o)}}, nil
}

// unchunk reads a body in chunks, each with its length and perhaps its signature (S3 API reference, "Signature calculations
// for the authorization header: transferring a payload in multiple chunks"). What follows the last is not looked at.
func unchunk(body []byte) ([]byte, error) {
	var whole []byte
	for {
		line, rest, ok := bytes.Cut(body, []byte("\r\n"))
		length, _, _ := strings.Cut(string(line), ";")
		n, err := strconv.ParseInt(length, 16, 32)
		if !ok || err != nil || int(n) > len(rest) {
			return nil, fmt.Errorf("the body is not in chunks as it says")
		}
		if n == 0 {
			return whole, nil
		}
		whole, body = append(whole, rest[:n]...), bytes.TrimPrefix(rest[n:], []byte("\r\n"))
	}
}

// listing is the answer of ListObjectsV2.
type listing struct {
	XMLName               xml.Name `xml:"http://s3.amazonaws.com/doc/2006-03-01/ ListBucketResult"`
	Name, Prefix          string
	MaxKeys, KeyCount     int
	IsTruncated           bool
	NextContinuationToken string `xml:",omitempty"`
	Contents              []content
}

type content struct {
	Key          string
	LastModified string
	ETag         string
	Size         int
}

func (s service) list(r *wire.Request, b world.Bucket) (wire.Response, error) {
	all := listing{Name: b.Name, Prefix: r.Query.Get("prefix"), MaxKeys: 1000}
	if n, err := strconv.Atoi(r.Query.Get("max-keys")); err == nil && n >= 0 && n < all.MaxKeys {
		all.MaxKeys = n
	}
	after := r.Query.Get("start-after")
	if token := r.Query.Get("continuation-token"); token != "" {
		after = token
	}
	for _, o := range s.w.Buckets.After(b.Name, after) {
		if !strings.HasPrefix(o.Key, all.Prefix) {
			continue
		}
		if len(all.Contents) == all.MaxKeys {
			all.IsTruncated, all.NextContinuationToken = true, all.Contents[len(all.Contents)-1].Key
			break
		}
		all.Contents = append(all.Contents, content{o.Key, o.At.UTC().Format(time.RFC3339), etag(o), len(o.Body)})
	}
	all.KeyCount = len(all.Contents)
	return wire.XMLDocument(all)
}
