package awssim

import (
	"github.com/tenantry/tenantry/internal/awssim/cloudtrail"
	"github.com/tenantry/tenantry/internal/awssim/console"
	"github.com/tenantry/tenantry/internal/awssim/dynamodb"
	"github.com/tenantry/tenantry/internal/awssim/events"
	"github.com/tenantry/tenantry/internal/awssim/iam"
	"github.com/tenantry/tenantry/internal/awssim/identitystore"
	"github.com/tenantry/tenantry/internal/awssim/quicksight"
	"github.com/tenantry/tenantry/internal/awssim/scim"
	"github.com/tenantry/tenantry/internal/awssim/sqs"
	"github.com/tenantry/tenantry/internal/awssim/ssoadmin"
	"github.com/tenantry/tenantry/internal/awssim/sts"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// rooms makes the services of w. A service that is not here is unknown to the
// simulator.
func rooms(w *world.World) []wire.Service {
	return []wire.Service{
		cloudtrail.New(w),
		console.New(w),
		dynamodb.New(w),
		events.New(w),
		iam.New(w),
		identitystore.New(w),
		quicksight.New(w),
		scim.New(w),
		sqs.New(w),
		ssoadmin.New(w),
		sts.New(w),
	}
}
