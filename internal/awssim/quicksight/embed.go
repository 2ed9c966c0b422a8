package quicksight

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// embedOperations make URLs that are somebody: whoever opens one sees what they see.
var embedOperations = []operation{
	{"GenerateEmbedUrlForRegisteredUser", "POST", accountURI + "/embed-url/registered-user", embedRegistered},
	{"GenerateEmbedUrlForAnonymousUser", "POST", accountURI + "/embed-url/anonymous-user", embedAnonymous},
	{"GetDashboardEmbedUrl", "GET", accountURI + "/dashboards/{DashboardId}/embed-url", embedDashboard},
}

// embedding is the body of the two that generate URLs. What is to be seen is not looked at.
type embedding struct {
	SessionLifetimeInMinutes *int
	UserArn, Namespace       *string
	AuthorizedResourceArns   []string
	ExperienceConfiguration  map[string]any
}

func (c *call) embedding(required func(embedding, *constraint.Check)) (embedding, error) {
	var in embedding
	if err := c.Decode(&in); err != nil {
		return in, err
	}
	var check constraint.Check
	required(in, &check)
	if in.ExperienceConfiguration == nil {
		check.Missing("experienceConfiguration")
	}
	if err := breach(&check); err != nil {
		return in, err
	}
	if len(in.ExperienceConfiguration) != 1 {
		return in, invalid("ExperienceConfiguration has exactly one member")
	}
	return in, lasts(in.SessionLifetimeInMinutes)
}

// lasts judges for how many minutes an embedded session lasts.
func lasts(minutes *int) error {
	if minutes != nil && (*minutes < 15 || *minutes > 600) {
		return wire.Errorf(400, "SessionLifetimeInMinutesInvalidException", "SessionLifetimeInMinutes must be from 15 to 600")
	}
	return nil
}

// embedURL is a URL at the host that the client used, which names whom it makes of whoever opens it. The simulator
// serves nothing there.
func (c *call) embedURL(what, who string) string {
	return c.Scheme + "://" + c.Host + "/simulator/embed/" + what + "?" + url.Values{"as": {who}, "code": {c.w.NewID()}}.Encode()
}

// known finds the user of an ARN. Whoever asks need not be that user, nor of their namespace.
func (c *call) known(arn string) error {
	if p, ok := c.qs.PrincipalOf(arn); ok && p.Kind == "user" {
		if n, ok := c.qs.Namespaces().Get(p.Namespace); ok {
			if _, ok := n.Contents.Users.Get(p.Name); ok {
				return nil
			}
		}
	}
	return wire.Errorf(404, "QuickSightUserNotFoundException", "User %s not found", arn)
}

func embedRegistered(c *call) (members, error) {
	in, err := c.embedding(func(in embedding, check *constraint.Check) { check.Required("userArn", in.UserArn, anyRule) })
	if err != nil {
		return nil, err
	}
	if err := c.known(*in.UserArn); err != nil {
		return nil, err
	}
	return members{"EmbedUrl": c.embedURL("registered", *in.UserArn)}, nil
}

func embedAnonymous(c *call) (members, error) {
	in, err := c.embedding(func(in embedding, check *constraint.Check) {
		check.Required("namespace", in.Namespace, namespaceRule)
		if in.AuthorizedResourceArns == nil {
			check.Missing("authorizedResourceArns")
		}
	})
	if err != nil {
		return nil, err
	}
	if _, ok := c.qs.Namespaces().Get(*in.Namespace); !ok {
		return nil, notFound(namespaceType, "Namespace %s not found", *in.Namespace)
	}
	for _, arn := range in.AuthorizedResourceArns {
		if _, ok := c.qs.AssetOf(arn, c.view()); !ok {
			return nil, notFound(otherType, "Resource %s not found", arn)
		}
	}
	who := c.w.ARN("quicksight", c.Region, "anonymousUser/"+*in.Namespace+"/"+c.w.NewID())
	return members{"EmbedUrl": c.embedURL("anonymous", who), "AnonymousUserArn": who}, nil
}

var embedIdentityRule = constraint.Text{Enum: []string{"IAM", "QUICKSIGHT", "ANONYMOUS"}}

func embedDashboard(c *call) (members, error) {
	kind := c.Query.Get("creds-type")
	var check constraint.Check
	check.Required("identityType", &kind, embedIdentityRule)
	if err := breach(&check); err != nil {
		return nil, err
	}
	if text := c.Query.Get("session-lifetime"); text != "" {
		minutes, _ := strconv.Atoi(text) // what is no number is 0, and too short
		if err := lasts(&minutes); err != nil {
			return nil, err
		}
	}
	k, _ := kindOf(world.KindDashboard)
	if _, err := c.asset(k, c.view()); err != nil {
		return nil, err
	}
	who, err := c.embedded(kind)
	if err != nil {
		return nil, err
	}
	return members{"EmbedUrl": c.embedURL("dashboards/"+c.Path["DashboardId"], who)}, nil
}

// embedded is whom GetDashboardEmbedUrl makes a URL for: the caller, whom the call names, or nobody.
func (c *call) embedded(kind string) (string, error) {
	switch kind {
	case "ANONYMOUS":
		return "anonymous", nil
	case "QUICKSIGHT":
		return c.Query.Get("user-arn"), c.known(c.Query.Get("user-arn"))
	}
	_, name, _ := strings.Cut(c.Caller.ARN, ":assumed-role/")
	for _, n := range c.qs.Namespaces().All() {
		if _, ok := n.Contents.Users.Get(name); ok {
			return c.qs.UserARN(n.Name, name), nil
		}
	}
	return "", wire.Errorf(404, "QuickSightUserNotFoundException", "User %s not found", name)
}
