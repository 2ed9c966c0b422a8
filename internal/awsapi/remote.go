package awsapi

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/ssm"

	"github.com/tenantry/tenantry/internal/plan"
)

// Remote reads and keeps texts that stand in AWS by themselves: a configuration, and what audits have found. It is made
// before there is a configuration, so it knows no account, and paces nothing: a command calls it a few times.
type Remote struct {
	parameters *ssm.Client
	objects    *s3.Client
}

// NewRemote makes a Remote with the credentials of the process itself, in its own Region, unless the options say others. Of
// the options it needs none.
func NewRemote(ctx context.Context, o Options) (*Remote, error) {
	base, err := o.base(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the aws configuration of this machine: %w", err)
	}
	if o.Region != "" {
		base.Region = o.Region
	}
	return &Remote{
		ssm.NewFromConfig(base, func(p *ssm.Options) { p.Retryer = newRetryer(true) }),
		s3.NewFromConfig(base, func(p *s3.Options) {
			p.Retryer = newRetryer(true)
			p.UsePathStyle = o.Endpoint != ""
		}),
	}, nil
}

// ErrTaken means that there is an object of that name already.
var ErrTaken = errors.New("it is there already")

// mostRemote is how long an object may be that is read, in bytes: more than a configuration or an audit ever has.
const mostRemote = 64 << 20

// Read reads a parameter of Systems Manager's, as ssm:NAME or ssm:NAME:VERSION (SSM GetParameter), or an object of S3's, as
// s3://BUCKET/KEY (S3 GetObject). The error wraps plan.ErrNotFound where there is none.
func (r *Remote) Read(ctx context.Context, place string) ([]byte, error) {
	if name, ok := strings.CutPrefix(place, "ssm:"); ok {
		return r.parameter(ctx, name)
	}
	bucket, key, err := splitObject(place)
	if err != nil {
		return nil, err
	}
	out, err := r.objects.GetObject(ctx, &s3.GetObjectInput{Bucket: &bucket, Key: &key})
	if err != nil {
		return nil, remoteFailure(err, "s3:GetObject", "read "+place)
	}
	defer out.Body.Close()
	body, err := io.ReadAll(io.LimitReader(out.Body, mostRemote+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read %s: %w", place, err)
	case len(body) > mostRemote:
		return nil, fmt.Errorf("read %s: it is larger than %d MB", place, mostRemote>>20)
	}
	return body, nil
}

func (r *Remote) parameter(ctx context.Context, name string) ([]byte, error) {
	out, err := r.parameters.GetParameter(ctx, &ssm.GetParameterInput{Name: &name, WithDecryption: aws.Bool(true)})
	if err != nil {
		return nil, remoteFailure(err, "ssm:GetParameter", fmt.Sprintf("read the parameter %q", name))
	}
	if out.Parameter == nil {
		return nil, fmt.Errorf("read the parameter %q: the answer has none", name)
	}
	return []byte(aws.ToString(out.Parameter.Value)), nil
}

func splitObject(place string) (bucket, key string, err error) {
	rest, ok := strings.CutPrefix(place, "s3://")
	bucket, key, _ = strings.Cut(rest, "/")
	if !ok || bucket == "" || key == "" {
		return "", "", fmt.Errorf("%q is not s3://BUCKET/KEY", place)
	}
	return bucket, key, nil
}

// remoteFailure makes an error of what was answered. S3 has no names of operations that fit IAM's actions.
func remoteFailure(err error, action, doing string) error {
	failed := failure(err, doing)
	if denied, ok := errors.AsType[*DeniedError](failed); ok {
		denied.Action = action
		return failed
	}
	e, plain := failed.(*CallError)
	if !plain {
		return failed
	}
	switch e.Code {
	case "NoSuchKey", "NoSuchBucket", "ParameterNotFound", "ParameterVersionNotFound":
		e.kind = plan.ErrNotFound
	case "PreconditionFailed":
		e.kind = ErrTaken
	case "AccessDenied":
		e.kind = plan.ErrDenied
		return &DeniedError{action, e}
	case "PermanentRedirect":
		return &BucketRegionError{e}
	}
	if e.Code == "" && statusOf(err) == http.StatusMovedPermanently {
		return &BucketRegionError{e}
	}
	return e
}

// BucketRegionError is a bucket that is in another Region than the one that was asked.
type BucketRegionError struct{ *CallError }

// Hint says what mends it.
func (e *BucketRegionError) Hint() string {
	return "the bucket is in another Region: set AWS_REGION to it, or use a bucket of this one"
}

// Unwrap is the *CallError.
func (e *BucketRegionError) Unwrap() error { return e.CallError }
