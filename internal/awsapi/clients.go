package awsapi

import (
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/identitystore"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// clients are the SDK's, for calls of one priority; an Inbox has its own.
type clients struct {
	quicksight *quicksight.Client // its reads
	changes    *quicksight.Client // its writes, which are not sent twice
	directory  *identitystore.Client
	iam        *iam.Client
	sts        *sts.Client
}

func connect(c configs, paces map[string]*pace, priority Priority) clients {
	return clients{
		quicksight: quicksight.NewFromConfig(c.account, func(q *quicksight.Options) {
			q.Retryer = newRetryer(true)
			q.APIOptions = append(q.APIOptions, paces[serviceQuickSight].installAt(priority))
		}),
		changes: quicksight.NewFromConfig(c.account, func(q *quicksight.Options) {
			q.Retryer = newRetryer(false)
			q.APIOptions = append(q.APIOptions, paces[serviceQuickSight].installAt(priority))
		}),
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
}
