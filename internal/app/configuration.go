package app

import (
	"context"

	"github.com/tenantry/tenantry/internal/awsapi"
)

// ReadConfiguration reads a configuration that is no file: ssm:NAME or s3://BUCKET/KEY, in the Region and with the credentials
// of the process.
func ReadConfiguration(ctx context.Context, place string) ([]byte, error) {
	remote, err := awsapi.NewRemote(ctx, awsapi.Options{})
	if err != nil {
		return nil, err
	}
	return remote.Read(ctx, place)
}
