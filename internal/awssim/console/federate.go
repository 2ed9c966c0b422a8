package console

import (
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// audience is that of assertions for the AWS console (IAM user guide, "Configure SAML assertions for the authentication
// response").
const audience = "https://signin.aws.amazon.com/saml"

// provider gives the SAML provider that a role's trust policy lets in; "" when it lets none in.
func provider(r world.Role) string {
	trust, err := policydoc.ParseTrust(r.Trust)
	if err != nil {
		return ""
	}
	for _, st := range trust.Statements {
		for _, p := range st.Principals {
			if p.Kind == "Federated" && strings.Contains(p.Name, ":saml-provider/") && lets(trust, p) {
				return p.Name
			}
		}
	}
	return ""
}

// lets reports whether a trust policy lets a provider in.
func lets(trust policydoc.Document, provider policydoc.Principal) bool {
	about := trust.About(func(p policydoc.Principal) bool { return p == provider || p.Name == "*" })
	asked := policydoc.Request{Action: "sts:AssumeRoleWithSAML", Context: map[string][]string{"saml:aud": {audience}}}
	return policydoc.Judge([]policydoc.Document{about}, asked).Decision == policydoc.Allowed
}

// refused tells the trail that the trust policy of a role lets nobody in through SAML, if the world tells of refused
// sign-ins: an AssumeRoleWithSAML that failed. That it names the role is inferred.
func (s service) refused(r world.Role, session string) {
	if !s.w.Behaviour().TellRefusedSignIns {
		return
	}
	s.w.Happened(world.Activity{
		Source: "sts.amazonaws.com", Name: "AssumeRoleWithSAML", Region: world.GlobalRegion, ReadOnly: true,
		Identity:  map[string]any{"type": "SAMLUser", "userName": session},
		Request:   map[string]any{"roleArn": r.ARN(s.w.Partition, s.w.Account), "roleSessionName": session},
		ErrorCode: "AccessDenied", ErrorMessage: "Not authorized to perform sts:AssumeRoleWithSAML", UserAgent: "signin.amazonaws.com",
	})
}

// federated tells the trail that somebody has become a session of a role through SAML, in the shape of the IAM user
// guide's "Example AWS STS API event through SAML"; key is that of their credentials, if they were given any. Sign-ins
// to the console go through the global endpoint, whose events are those of one Region.
func (s service) federated(r world.Role, session, key string) {
	from := provider(r)
	if from == "" {
		from = s.w.ARN("iam", "", "saml-provider/simulated")
	}
	arn := r.ARN(s.w.Partition, s.w.Account)
	qualifier := world.UniqueID("", from)
	response := map[string]any{
		"subjectType": "persistent", "subject": session, "audience": audience, "nameQualifier": qualifier,
		"assumedRoleUser": map[string]any{
			"assumedRoleId": r.ID + ":" + session,
			"arn":           "arn:" + s.w.Partition + ":sts::" + s.w.Account + ":assumed-role/" + r.Name + "/" + session,
		},
	}
	if key != "" {
		response["credentials"] = map[string]any{"accessKeyId": key}
	}
	resource := func(kind, arn string) map[string]any {
		return map[string]any{"type": kind, "ARN": arn, "accountId": s.w.Account}
	}
	s.w.Happened(world.Activity{
		Source: "sts.amazonaws.com", Name: "AssumeRoleWithSAML", Region: world.GlobalRegion, ReadOnly: true,
		Identity: map[string]any{"type": "SAMLUser", "principalId": qualifier + ":" + session, "userName": session, "identityProvider": qualifier},
		Request:  map[string]any{"roleArn": arn, "roleSessionName": session, "principalArn": from, "durationSeconds": max(r.MaxSession, 3600)},
		Response: response, Resources: []map[string]any{resource("AWS::IAM::Role", arn), resource("AWS::IAM::SAMLProvider", from)},
		UserAgent: "signin.amazonaws.com",
	})
}
