//go:build !tenantry.lambda

package app

import (
	"context"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/survey"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Clues are what is known of an account that has no configuration yet. What is "" is asked for.
type Clues struct {
	Account     tenancy.AccountID
	Region      string // the identity Region
	Store       tenancy.StoreID
	StoreRegion string
	// AssetRegions are those in which assets are read; nil is the identity Region.
	AssetRegions []string
	NoAssets     bool // reads none
}

// Survey finds out what account this is, and reads it, with the credentials of the machine, or of o.Simulator. It writes
// nothing. tell is told what is being read.
func Survey(ctx context.Context, c Clues, o Options, tell func(doing string)) (*survey.Facts, error) {
	options := awsapi.Options{AccountID: c.Account, Region: c.Region, StoreID: c.Store, StoreRegion: c.StoreRegion, Observe: o.Observe}
	simulated(&options, o)
	options, err := awsapi.Discover(ctx, options)
	if err != nil {
		return nil, err
	}
	regions := c.AssetRegions
	if len(regions) == 0 {
		regions = []string{options.Region}
	}
	options.AssetRegions = regions
	if c.NoAssets {
		regions = nil
	}
	aws, err := awsapi.New(ctx, options)
	if err != nil {
		return nil, err
	}
	s := engine.Surveyor{
		Engine: &engine.Engine{
			QuickSight: aws.QuickSight(), IdentityCenter: aws.Directory(), Roles: aws.Roles(), Preflight: aws.Preflight(),
			Account: options.AccountID, IdentityRegion: options.Region, Rules: rules.Rules{Store: options.StoreID}, AssetRegions: regions,
		},
		Catalogue: awsapi.NewCatalogue(aws), StoreRegion: options.StoreRegion, Tell: tell,
	}
	return s.Survey(ctx)
}
