//go:build !tenantry.lambda

package awsapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// Put keeps an object that is new, as s3://BUCKET/KEY (S3 PutObject with If-None-Match). The error wraps ErrTaken where
// there is another of that name: nothing is ever written over. One that is the same is this one: the answer to the first
// attempt was lost, and S3 says to the next that it is there.
func (r *Remote) Put(ctx context.Context, place, kind string, body []byte) error {
	bucket, key, err := splitObject(place)
	if err != nil {
		return err
	}
	_, err = r.objects.PutObject(ctx, &s3.PutObjectInput{
		Bucket: &bucket, Key: &key, Body: bytes.NewReader(body), ContentType: &kind, IfNoneMatch: aws.String("*"),
	})
	if err != nil {
		return r.unlessSame(ctx, place, body, remoteFailure(err, "s3:PutObject", "write "+place))
	}
	return nil
}

// unlessSame is the failure of a Put, or nil where the name is taken by what was to be kept.
func (r *Remote) unlessSame(ctx context.Context, place string, body []byte, failed error) error {
	if !errors.Is(failed, ErrTaken) {
		return failed
	}
	there, err := r.Read(ctx, place)
	switch {
	case err != nil:
		return fmt.Errorf("%w; and whether it is the same: %w", failed, err)
	case bytes.Equal(there, body):
		return nil
	}
	return failed
}

// List answers the keys of a bucket that begin as s3://BUCKET/PREFIX says, sorted, each as s3://BUCKET/KEY (S3
// ListObjectsV2).
func (r *Remote) List(ctx context.Context, prefix string) ([]string, error) {
	bucket, key, err := splitObject(prefix)
	if err != nil {
		return nil, err
	}
	var all []string
	for next := (*string)(nil); ; {
		page, err := r.objects.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket, Prefix: &key, ContinuationToken: next})
		if err != nil {
			return nil, remoteFailure(err, "s3:ListBucket", "list "+prefix)
		}
		for _, o := range page.Contents {
			all = append(all, "s3://"+bucket+"/"+aws.ToString(o.Key))
		}
		if !aws.ToBool(page.IsTruncated) {
			return all, nil
		}
		if next = page.NextContinuationToken; aws.ToString(next) == "" {
			return nil, fmt.Errorf("list %s: the list breaks off", prefix)
		}
	}
}
