package app

import (
	"context"

	"github.com/tenantry/tenantry/internal/awsapi"
)

// ReadConfiguration reads a configuration that is no file: ssm:NAME or s3://BUCKET/KEY, in the Region and with the credentials
// of the process, or from o.Simulator.
func ReadConfiguration(ctx context.Context, place string, o Options) ([]byte, error) {
	remote, err := newRemote(ctx, o)
	if err != nil {
		return nil, err
	}
	return remote.Read(ctx, place)
}

func newRemote(ctx context.Context, o Options) (*awsapi.Remote, error) {
	var options awsapi.Options
	simulated(&options, o)
	if o.Simulator != nil {
		options.Region = o.Simulator.Region
	}
	return awsapi.NewRemote(ctx, options)
}
