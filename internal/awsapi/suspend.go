package awsapi

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// suspend is QuickSight TagResource and then UpdateUserCustomPermission. The tag comes first: it keeps what the user
// had before. A user who has it keeps it: since when they are suspended is not told anew.
func (w *Writer) suspend(c plan.Suspend) (job, error) {
	if c.User.SessionName() == "" {
		return job{}, fmt.Errorf("%w: a suspension without user", errRefused)
	}
	return job{
		object: userObject(c.Namespace, c.User),
		doing:  fmt.Sprintf("suspend a user of namespace %q", c.Namespace),
		hide:   hideUser(c.User),
		send: func(ctx context.Context) (string, error) {
			tags, err := w.userTags(ctx, c.Namespace, c.User)
			if err != nil {
				return "", err
			}
			request := ""
			if _, is := tenancy.ParseSuspension(tags[tenancy.TagSuspended]); !is {
				if request, err = w.tagSuspended(ctx, c); err != nil {
					return "", err
				}
			}
			if c.Profile == "" {
				return request, nil
			}
			return w.giveProfile(ctx, c.Namespace, c.User, c.Profile)
		},
		look: func(ctx context.Context) (seen, error) {
			tags, err := w.userTags(ctx, c.Namespace, c.User)
			if err != nil {
				return 0, err
			}
			if _, is := tenancy.ParseSuspension(tags[tenancy.TagSuspended]); !is {
				return absent, nil
			}
			return w.lookUser(c.Namespace, c.User, func(u tenancy.Registration) bool { return c.Profile == "" || u.CustomPermissions == c.Profile })(ctx)
		},
	}, nil
}

func (w *Writer) tagSuspended(ctx context.Context, c plan.Suspend) (string, error) {
	s := tenancy.Suspension{Since: time.Now().Unix(), Was: c.Was}
	out, err := w.aws.changes.TagResource(ctx, &quicksight.TagResourceInput{
		ResourceArn: aws.String(w.aws.principal(userOf(c.Namespace, c.User))), Tags: []types.Tag{tag(tenancy.TagSuspended, s.String())},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

// resume gives a user back the profile that they had, or takes that of the suspended off (QuickSight
// UpdateUserCustomPermission, DeleteUserCustomPermission), and then the tag (UntagResource): while it is there, a
// resumption that was cut off can be finished.
func (w *Writer) resume(c plan.Resume) (job, error) {
	if c.User.SessionName() == "" {
		return job{}, fmt.Errorf("%w: the end of a suspension without user", errRefused)
	}
	return job{
		object: userObject(c.Namespace, c.User),
		doing:  fmt.Sprintf("end the suspension of a user of namespace %q", c.Namespace),
		hide:   hideUser(c.User),
		send: func(ctx context.Context) (string, error) {
			u, err := w.describeUser(ctx, c.Namespace, c.User)
			first := "" // request
			switch {
			case err != nil:
				return "", err
			case u.CustomPermissions == c.Profile:
			case c.Profile == "":
				first, err = w.takeProfile(ctx, c.Namespace, c.User)
			default:
				first, err = w.giveProfile(ctx, c.Namespace, c.User, c.Profile)
			}
			if err != nil {
				return "", err
			}
			out, err := w.aws.changes.UntagResource(ctx, &quicksight.UntagResourceInput{
				ResourceArn: aws.String(w.aws.principal(userOf(c.Namespace, c.User))), TagKeys: []string{tenancy.TagSuspended},
			})
			if err != nil {
				return "", err
			}
			return strings.TrimSpace(first + " " + aws.ToString(out.RequestId)), nil
		},
		look: func(ctx context.Context) (seen, error) {
			tags, err := w.userTags(ctx, c.Namespace, c.User)
			switch {
			case err != nil:
				return 0, err
			case tags[tenancy.TagSuspended] != "":
				return absent, nil
			}
			return w.lookUser(c.Namespace, c.User, func(u tenancy.Registration) bool { return u.CustomPermissions == c.Profile })(ctx)
		},
	}, nil
}

func (w *Writer) userTags(ctx context.Context, n tenancy.Namespace, user tenancy.UserName) (map[string]string, error) {
	return w.aws.QuickSight().tags(ctx, w.aws.principal(userOf(n, user)))
}
