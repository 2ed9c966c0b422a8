package awsapi

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// createFolder is QuickSight CreateFolder of a tenant's own folder, with the tags that make it ours, and without
// permissions: they are given one by one. What stands there already is ours if it has the tag and was made for one of
// the same groups (two runs may not know the same ones yet); another folder of that id is left with plan.ErrDiffers, and the next plan sees whose it is.
//
// SharingModel stays ACCOUNT, the default: that NAMESPACE "determines the sharing scope of the folder" is all that the
// API model says of it, and not which namespace that is for a folder made by an IAM role, which lives in none.
func (w *Writer) createFolder(c plan.CreateFolder) (job, error) {
	if c.Store == "" || c.Store != w.aws.store || c.Founders == "" {
		return job{}, fmt.Errorf("%w: a folder for no groups, or of another identity store", errRefused)
	}
	ref := c.Asset()
	_, r, err := w.assetOf(&ref)
	if err != nil {
		return job{}, err
	}
	tags := []types.Tag{tag(tenancy.TagStore, string(c.Store)), tag(tenancy.TagFounders, c.Founders)}
	return job{
		object: "folder/" + ref.String(),
		doing:  fmt.Sprintf("create the folder of namespace %q", c.Namespace),
		send: func(ctx context.Context) (string, error) {
			out, err := r.changes.CreateFolder(ctx, &quicksight.CreateFolderInput{
				AwsAccountId: r.account, FolderId: &ref.ID, Name: aws.String(c.Namespace.String()),
				FolderType: types.FolderTypeShared, Tags: tags,
			})
			if err != nil {
				return "", err
			}
			return aws.ToString(out.RequestId), nil
		},
		look: func(ctx context.Context) (seen, error) {
			has, err := tagsOf(ctx, r, w.aws.folderARN(ref))
			switch {
			case isNotFound(err):
				return absent, nil
			case err != nil:
				return 0, err
			case has[tenancy.TagStore] != string(c.Store) || !tenancy.SameFounders(has[tenancy.TagFounders], c.Founders):
				return differs, nil
			}
			return inEffect, nil
		},
	}, nil
}

// openFolder gives a mirror what a viewer or an owner of a folder may do, of its tenant's own folder and no other. A group
// that may do something with it that is not among that is left with plan.ErrDiffers.
func (w *Writer) openFolder(c plan.OpenFolder) (job, error) {
	if c.Mirror == "" || c.May != tenancy.Views && c.May != tenancy.Owns {
		return job{}, fmt.Errorf("%w: a folder that is opened to no group, or for %q", errRefused, c.May)
	}
	return w.give(gift{
		asset: c.Asset(), to: groupOf(c.Namespace, c.Mirror), may: c.May, beside: true,
		doing: fmt.Sprintf("let a group of namespace %q be %s of", c.Namespace, c.May),
	})
}

// FolderTags reads the tags of a folder (QuickSight ListTagsForResource). A folder without tags has an empty map, not nil.
// The error wraps plan.ErrNotFound when there is none of that id in the Region.
func (a *Assets) FolderTags(ctx context.Context, ref tenancy.AssetRef) (map[string]string, error) {
	_, r, err := a.aws.assets(tenancy.Folder, ref.Region)
	if err != nil {
		return nil, fmt.Errorf("read the tags of %s: %w", ref, err)
	}
	tags, err := tagsOf(ctx, r, a.aws.folderARN(ref))
	if err != nil {
		return nil, failure(err, "read the tags of "+ref.String())
	}
	return tags, nil
}
