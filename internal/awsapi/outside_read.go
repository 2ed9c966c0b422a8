package awsapi

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Outside reads what a migration has to know besides what everybody reads: of users in namespaces that are no tenant's,
// and of what they have. Its lists are complete or an error.
type Outside struct{ aws *AWS }

// NewOutside makes the one of an AWS.
func NewOutside(a *AWS) *Outside { return &Outside{a} }

// Tags reads the tags of a user of any namespace (QuickSight ListTagsForResource). The error wraps plan.ErrNotFound when
// there is none of that name.
func (o *Outside) Tags(ctx context.Context, namespace string, user tenancy.UserName) (map[string]string, error) {
	tags, err := o.aws.QuickSight().tags(ctx, o.aws.principal(userIn(namespace, user)))
	if err != nil {
		return nil, failure(err, fmt.Sprintf("read the tags of a user of namespace %q", namespace), hideUser(user)...)
	}
	return tags, nil
}

// ARN is how a permission and a rule of row-level security name a user.
func (o *Outside) ARN(namespace string, user tenancy.UserName) string {
	return o.aws.principal(userIn(namespace, user))
}

// Found searches a Region for everything with which a user or a group may do something, directly, of the kinds that can
// be searched (QuickSight SearchDashboards and so on, by DIRECT_QUICKSIGHT_VIEWER_OR_OWNER), sorted. No permissions
// are read: what was shared or taken back just now may be missing, or found still.
func (o *Outside) Found(ctx context.Context, region string, who tenancy.Grantee) ([]tenancy.AssetRef, error) {
	by := filter{had, o.aws.principal(who)}
	var all []tenancy.AssetRef
	for _, kind := range tenancy.AssetKinds() {
		search := assetKinds[kind].search
		if search == nil {
			continue
		}
		doing := fmt.Sprintf("search for what a %s of namespace %q has, kind %s", who.Kind, who.Namespace, kind)
		_, r, err := o.aws.assets(kind, region)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", doing, err)
		}
		get := func(ctx context.Context, token *string) (page[tenancy.Asset], error) {
			return search(ctx, r, by, token)
		}
		found, err := collect(ctx, get, func(a tenancy.Asset) (tenancy.AssetRef, bool) {
			return tenancy.AssetRef{Kind: kind, Region: r.region, ID: a.ID}, a.ID != ""
		})
		if err != nil {
			return nil, failure(err, doing, hideGrantee(who)...)
		}
		all = append(all, found...)
	}
	slices.SortFunc(all, tenancy.AssetRef.Compare)
	return slices.Compact(all), nil
}

// Beneath names what an asset stands on, as far as one call tells it: of a dashboard (its published version) and of an
// analysis the data sets, of a folder what is in it. Of every other kind it answers nothing.
func (o *Outside) Beneath(ctx context.Context, ref tenancy.AssetRef) ([]tenancy.AssetRef, error) {
	doing := "read what is beneath " + ref.String()
	_, r, err := o.aws.assets(ref.Kind, ref.Region)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	var all []tenancy.AssetRef
	var arns []string
	switch ref.Kind {
	case tenancy.Dashboard:
		arns, err = underDashboard(ctx, r, ref.ID)
	case tenancy.Analysis:
		arns, err = underAnalysis(ctx, r, ref.ID)
	case tenancy.Folder:
		all, err = inFolder(ctx, r, ref)
	}
	if err != nil {
		return nil, failure(err, doing)
	}
	for _, id := range idsOf(arns) {
		all = append(all, tenancy.AssetRef{Kind: tenancy.DataSet, Region: r.region, ID: id})
	}
	slices.SortFunc(all, tenancy.AssetRef.Compare)
	return slices.Compact(all), nil
}

// memberKinds are the kinds of what can be in a folder, by the word that stands in a member's ARN.
var memberKinds = map[string]tenancy.AssetKind{
	"dashboard": tenancy.Dashboard, "analysis": tenancy.Analysis, "dataset": tenancy.DataSet, "datasource": tenancy.DataSource,
	"topic": tenancy.Topic, "folder": tenancy.Folder,
}

// inFolder lists what is in a folder (QuickSight ListFolderMembers).
func inFolder(ctx context.Context, r regional, ref tenancy.AssetRef) ([]tenancy.AssetRef, error) {
	get := func(ctx context.Context, token *string) (page[types.MemberIdArnPair], error) {
		out, err := r.quicksight.ListFolderMembers(ctx, &quicksight.ListFolderMembersInput{
			AwsAccountId: r.account, FolderId: &ref.ID, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.MemberIdArnPair]{}, err
		}
		return page[types.MemberIdArnPair]{out.FolderMemberList, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(m types.MemberIdArnPair) (tenancy.AssetRef, bool) {
		arn := aws.ToString(m.MemberArn)
		resource, _, _ := strings.Cut(arn[strings.LastIndexByte(arn, ':')+1:], "/")
		kind, known := memberKinds[resource]
		return tenancy.AssetRef{Kind: kind, Region: r.region, ID: aws.ToString(m.MemberId)}, known
	})
	if err != nil {
		return nil, err
	}
	slices.SortFunc(all, tenancy.AssetRef.Compare)
	return slices.Compact(all), nil
}
