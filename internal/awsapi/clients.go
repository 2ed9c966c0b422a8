package awsapi

import (
	"cmp"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// clients are the SDK's, for calls of one priority; an Inbox has its own.
type clients struct {
	quicksight *quicksight.Client // its reads
	changes    *quicksight.Client // its writes, which are not sent twice
	directory  *identitystore.Client
	iam        *iam.Client
	sts        *sts.Client
	regions    map[string]regional // for assets, by their Region
}

// regional are QuickSight's clients for the assets of one Region. All Regions share one pace: that they
// have a quota each is not documented.
type regional struct {
	region              string
	account             *string
	quicksight, changes *quicksight.Client
}

func connect(o *Options, c configs, paces map[string]*pace, priority Priority) clients {
	in := func(region string) regional {
		client := func(reads bool) *quicksight.Client {
			return quicksight.NewFromConfig(c.account, func(q *quicksight.Options) {
				q.Region = region
				q.Retryer = newRetryer(reads)
				q.APIOptions = append(q.APIOptions, paces[serviceQuickSight].installAt(priority))
			})
		}
		return regional{region: region, account: aws.String(string(o.AccountID)), quicksight: client(true), changes: client(false)}
	}
	home := in(o.Region)
	all := clients{
		quicksight: home.quicksight, changes: home.changes, regions: make(map[string]regional),
		directory: identitystore.NewFromConfig(c.store, func(d *identitystore.Options) {
			d.Retryer = newRetryer(true)
			d.APIOptions = append(d.APIOptions, paces[serviceIdentityStore].installAt(priority))
		}),
		iam: iam.NewFromConfig(c.account, func(i *iam.Options) {
			i.Retryer = newRetryer(true)
			i.APIOptions = append(i.APIOptions, paces[serviceIAM].installAt(priority))
		}),
		sts: sts.NewFromConfig(c.account, func(s *sts.Options) {
			s.Retryer = newRetryer(true)
			s.APIOptions = append(s.APIOptions, paces[serviceSTS].installAt(priority))
		}),
	}
	for _, region := range o.assetRegions() {
		all.regions[region] = home
		if region != o.Region {
			all.regions[region] = in(region)
		}
	}
	return all
}

// assets are the calls for a kind of asset, and the clients for a Region, "" for the identity Region.
func (a *AWS) assets(kind tenancy.AssetKind, region string) (assetKind, regional, error) {
	k, known := assetKinds[kind]
	if !known {
		return assetKind{}, regional{}, fmt.Errorf("no kind of asset is called %q", kind)
	}
	r, err := a.assetsIn(region)
	if err != nil {
		return assetKind{}, regional{}, err
	}
	return k, r, nil
}

// assetsIn are the clients for the assets of a Region, "" for the identity Region.
func (a *AWS) assetsIn(region string) (regional, error) {
	region = cmp.Or(region, a.region)
	r, known := a.regions[region]
	if !known {
		return regional{}, fmt.Errorf("%q is none of the Regions of assets", region)
	}
	return r, nil
}
