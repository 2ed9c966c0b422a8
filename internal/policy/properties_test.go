package policy

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
	"pgregory.net/rapid"
)

// drawn is a statement out of few words, so that statements meet each other.
func drawn(t *rapid.T, effects ...string) map[string]any {
	s := map[string]any{"Effect": rapid.SampledFrom(effects).Draw(t, "effect")}
	actions := rapid.SliceOfN(rapid.SampledFrom([]string{"*", "quicksight:*", "quicksight:Create*", "quicksight:CreateUser", "quicksight:?pdateUser", "iam:*", "s3:GetObject"}), 1, 3).Draw(t, "actions")
	resources := rapid.SliceOfN(rapid.SampledFrom([]string{"*", "arn:aws:quicksight::111122223333:user/*", "arn:aws:quicksight::111122223333:user/${aws:userid}", "arn:aws:quicksight:*:111122223333:user/acme/*", self}), 1, 2).Draw(t, "resources")
	s[rapid.SampledFrom([]string{"Action", "Action", "NotAction"}).Draw(t, "action")] = actions
	s[rapid.SampledFrom([]string{"Resource", "Resource", "NotResource"}).Draw(t, "resource")] = resources
	if rapid.Bool().Draw(t, "conditional") {
		operator := rapid.SampledFrom([]string{"StringEquals", "StringNotLike", "StringLikeIfExists", "Null", "ForAllValues:StringLike", "ForAnyValue:StringEquals"}).Draw(t, "operator")
		value := rapid.SampledFrom([]string{"true", "*", "AROAEXAMPLE:ana", "${aws:username}"}).Draw(t, "value")
		s["Condition"] = map[string]any{operator: map[string]any{rapid.SampledFrom([]string{"aws:userid", "aws:PrincipalTag/x"}).Draw(t, "key"): value}}
	}
	return s
}

func documentOf(t *rapid.T, statements ...map[string]any) string {
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// asked is a request, and what is known of it.
type asked struct {
	action, resource string
	context          map[string][]string
}

func drawnRequest(t *rapid.T) asked {
	q := asked{
		action:   rapid.SampledFrom([]string{"quicksight:CreateUser", "quicksight:UpdateUser", "iam:PassRole", "quicksight:Create*", "*"}).Draw(t, "asked"),
		resource: rapid.SampledFrom([]string{self, Self("aws", account), "arn:aws:quicksight:us-east-1:111122223333:user/acme/x", "*"}).Draw(t, "on"),
		context:  map[string][]string{},
	}
	for key, values := range map[string][]string{"aws:userid": {"AROAEXAMPLE:ana"}, "aws:principaltag/x": nil, "aws:username": {"ana"}} {
		if rapid.Bool().Draw(t, key) {
			q.context[key] = values
		}
	}
	return q
}

func (q asked) of(id tenancy.Identity) Answer { return May(id, q.action, q.resource, q.context) }

func TestProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var documents []string
		for range rapid.IntRange(0, 3).Draw(rt, "documents") {
			documents = append(documents, documentOf(rt, drawn(rt, "Allow", "Allow", "Deny")))
		}
		id, q := roleOf(t, documents...), drawnRequest(rt)
		if rapid.Bool().Draw(rt, "bounded") {
			id.Boundary = &tenancy.PolicyDocument{Document: documentOf(rt, drawn(rt, "Allow"))}
		}
		have := q.of(id)

		// What denies everything wins.
		if a := q.of(with(id, says(`{"Effect":"Deny","Action":"*","Resource":"*"}`))); a != No {
			rt.Errorf("%s though everything is denied", a)
		}
		// A further Deny never widens, a further Allow never narrows; a boundary never widens.
		if a := q.of(with(id, documentOf(rt, drawn(rt, "Deny")))); a > have {
			rt.Errorf("%s with a further Deny, %s without", a, have)
		}
		if a := q.of(with(id, documentOf(rt, drawn(rt, "Allow")))); a < have {
			rt.Errorf("%s with a further Allow, %s without", a, have)
		}
		// Whoever knows less is never surer, and never of something else.
		if a := May(id, q.action, q.resource, nil); a != Maybe && a != have {
			rt.Errorf("%s when nothing is known, and %s by what is", a, have)
		}
		// What cannot be read takes certainty, and nothing else.
		if a := q.of(with(id, "")); have != No && a != Maybe || have == Maybe && a == No {
			rt.Errorf("%s with a policy that was not read, %s without", a, have)
		}
	})
}

func with(id tenancy.Identity, document string) tenancy.Identity {
	id.Policies = append(slices.Clone(id.Policies), tenancy.PolicyDocument{Name: "further", Document: document})
	return id
}

// Whatever a document says, judging it ends, and one that is not understood never lets a No through.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{SignIn(), SAMLTrust("arn:aws:iam::111122223333:saml-provider/x"), says(everything), `{"Statement":{"Effect":"Allow","NotAction":["a:*"],"NotResource":"*","Condition":{"Bool":{"a:b":true}}}}`, `{"Statement":[]}`, `[]`, `{`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		_, err := Parse(text)
		id := roleOf(t, text)
		id.Trust = text
		j := Judge(id, account)
		if err != nil && (j.OpensDoor() == No || len(j.Unread) == 0 || j.Trust.Unread == "") {
			t.Errorf("%q is not understood (%v), and the door is %s", text, err, j.OpensDoor())
		}
	})
}
