package policydoc

import (
	"slices"
	"testing"
)

const user = "arn:aws:quicksight::111122223333:user/acme/QuickSight/ana"

func statement(body string) string {
	return `{"Version":"2012-10-17","Statement":[` + body + `]}`
}

func TestJudge(t *testing.T) {
	allowAll := statement(`{"Effect":"Allow","Action":"*","Resource":"*"}`)
	denyJIT := statement(`{"Effect":"Deny","Action":["quicksight:CreateReader","quicksight:CreateUser"],"Resource":"*"}`)
	tests := []struct {
		name      string
		documents []string
		request   Request
		want      Decision
	}{
		{"nothing says anything", nil, Request{Action: "quicksight:CreateReader", Resource: user}, ImplicitDeny},
		{"allowed", []string{allowAll}, Request{Action: "quicksight:CreateReader", Resource: user}, Allowed},
		{"a deny wins over an allow", []string{allowAll, denyJIT}, Request{Action: "quicksight:CreateReader", Resource: user}, ExplicitDeny},
		{"a deny of something else", []string{allowAll, denyJIT}, Request{Action: "quicksight:CreateAdmin", Resource: user}, Allowed},
		{"actions ignore case", []string{denyJIT}, Request{Action: "QuickSight:createreader", Resource: user}, ExplicitDeny},
		{"action wildcards", []string{statement(`{"Effect":"Allow","Action":"quicksight:Create?eader","Resource":"*"}`)},
			Request{Action: "quicksight:CreateReader", Resource: user}, Allowed},
		{"NotAction allows the rest", []string{statement(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`)},
			Request{Action: "quicksight:CreateUser", Resource: user}, Allowed},
		{"NotAction leaves out what it names", []string{statement(`{"Effect":"Allow","NotAction":"quicksight:*","Resource":"*"}`)},
			Request{Action: "quicksight:CreateUser", Resource: user}, ImplicitDeny},
		{"resource wildcards", []string{statement(`{"Effect":"Allow","Action":"quicksight:*","Resource":"arn:aws:quicksight::111122223333:user/acme/*"}`)},
			Request{Action: "quicksight:CreateUser", Resource: user}, Allowed},
		{"another resource", []string{statement(`{"Effect":"Allow","Action":"quicksight:*","Resource":"arn:aws:quicksight::111122223333:user/globex/*"}`)},
			Request{Action: "quicksight:CreateUser", Resource: user}, ImplicitDeny},
		{"resources heed case", []string{statement(`{"Effect":"Allow","Action":"quicksight:*","Resource":"arn:aws:quicksight::111122223333:user/Acme/*"}`)},
			Request{Action: "quicksight:CreateUser", Resource: user}, ImplicitDeny},
		{"NotResource", []string{statement(`{"Effect":"Deny","Action":"quicksight:*","NotResource":"arn:aws:quicksight::111122223333:user/acme/*"}`), allowAll},
			Request{Action: "quicksight:CreateUser", Resource: user}, Allowed},
		{"the resource * is not part of a narrower one", []string{statement(`{"Effect":"Allow","Action":"quicksight:*","Resource":"arn:aws:quicksight::*:user/*"}`)},
			Request{Action: "quicksight:CreateUser", Resource: "*"}, ImplicitDeny},
		{"a variable in an allow may be anything", []string{statement(`{"Effect":"Allow","Action":"quicksight:*","Resource":"arn:aws:quicksight::111122223333:user/acme/${aws:userid}"}`)},
			Request{Action: "quicksight:CreateUser", Resource: user}, Allowed},
		{"a variable in a deny may be anything else", []string{allowAll, statement(`{"Effect":"Deny","Action":"quicksight:*","Resource":"arn:aws:quicksight::111122223333:user/acme/${aws:userid}"}`)},
			Request{Action: "quicksight:CreateUser", Resource: user}, Allowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Judge(parseAll(t, tt.documents), tt.request).Decision; got != tt.want {
				t.Errorf("decision %s, want %s", got, tt.want)
			}
		})
	}
}

func TestJudgeWithin(t *testing.T) {
	const reader = `{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}`
	for _, tt := range []struct {
		name, documents, boundary string
		want                      Decision
		bounded                   bool
		matched                   []Ref
	}{
		{"both allow", reader, reader, Allowed, true, []Ref{{0, 0}}},
		{"the boundary does not", reader, `{"Effect":"Allow","Action":"iam:*","Resource":"*"}`, ImplicitDeny, false, nil},
		{"only the boundary does", `{"Effect":"Allow","Action":"iam:*","Resource":"*"}`, reader, ImplicitDeny, true, nil},
		{"the boundary denies", reader, `{"Effect":"Deny","Action":"*","Resource":"*"}`, ExplicitDeny, false, []Ref{{1, 0}}},
		{"both deny", `{"Effect":"Deny","Action":"*","Resource":"*"}`, `{"Effect":"Deny","Action":"*","Resource":"*"}`, ExplicitDeny, false, []Ref{{0, 0}, {1, 0}}},
		{"the document denies", `{"Effect":"Deny","Action":"*","Resource":"*"}`, reader, ExplicitDeny, true, []Ref{{0, 0}}},
		{"nobody does", `{"Effect":"Allow","Action":"iam:*","Resource":"*"}`, `{"Effect":"Allow","Action":"iam:*","Resource":"*"}`, ImplicitDeny, false, nil},
	} {
		docs := parseAll(t, []string{statement(tt.documents), statement(tt.boundary)})
		v, bounded := JudgeWithin(docs[1], docs[:1], Request{Action: "quicksight:CreateReader", Resource: user})
		if v.Decision != tt.want || bounded != tt.bounded || !slices.Equal(v.Matched, tt.matched) {
			t.Errorf("%s: %s by %v, bounded %v", tt.name, v.Decision, v.Matched, bounded)
		}
	}
}

func parseAll(t *testing.T, texts []string) []Document {
	t.Helper()
	var documents []Document
	for _, text := range texts {
		doc, err := ParseIdentity(text)
		if err != nil {
			t.Fatalf("parse %s: %v", text, err)
		}
		documents = append(documents, doc)
	}
	return documents
}

func TestConditions(t *testing.T) {
	tests := []struct {
		name, effect, condition string
		context                 map[string][]string
		want                    Decision
	}{
		{"equal", "Allow", `{"StringEquals":{"aws:PrincipalTag/Dept":"bi"}}`, map[string][]string{"aws:principaltag/dept": {"bi"}}, Allowed},
		{"not equal", "Allow", `{"StringEquals":{"aws:PrincipalTag/Dept":"bi"}}`, map[string][]string{"aws:principaltag/dept": {"hr"}}, ImplicitDeny},
		{"missing key does not fit", "Allow", `{"StringEquals":{"aws:PrincipalTag/Dept":"bi"}}`, nil, ImplicitDeny},
		{"missing key fits IfExists", "Allow", `{"StringEqualsIfExists":{"aws:PrincipalTag/Dept":"bi"}}`, nil, Allowed},
		{"missing key fits a negated operator", "Deny", `{"StringNotEquals":{"aws:PrincipalTag/Dept":"bi"}}`, nil, ExplicitDeny},
		{"like", "Allow", `{"StringLike":{"aws:PrincipalTag/Dept":["x","b?"]}}`, map[string][]string{"aws:principaltag/dept": {"bi"}}, Allowed},
		{"not like", "Deny", `{"StringNotLike":{"aws:PrincipalTag/Dept":"b*"}}`, map[string][]string{"aws:principaltag/dept": {"bi"}}, ImplicitDeny},
		{"null", "Allow", `{"Null":{"aws:TokenIssueTime":"true"}}`, nil, Allowed},
		{"bool", "Deny", `{"Bool":{"aws:SecureTransport":false}}`, map[string][]string{"aws:securetransport": {"false"}}, ExplicitDeny},
		{"all conditions must hold", "Allow", `{"StringEquals":{"a:b":"1"},"StringLike":{"a:c":"2"}}`, map[string][]string{"a:b": {"1"}, "a:c": {"3"}}, ImplicitDeny},
		{"any value", "Allow", `{"ForAnyValue:StringEquals":{"a:b":["1","2"]}}`, map[string][]string{"a:b": {"9", "2"}}, Allowed},
		{"all values", "Allow", `{"ForAllValues:StringEquals":{"a:b":["1","2"]}}`, map[string][]string{"a:b": {"9", "2"}}, ImplicitDeny},
		{"what cannot be judged applies in an allow", "Allow", `{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`, nil, Allowed},
		{"what cannot be judged does not apply in a deny", "Deny", `{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}`, nil, ImplicitDeny},
		{"a variable cannot be judged", "Allow", `{"StringEquals":{"quicksight:UserName":"${aws:username}"}}`, nil, Allowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			docs := parseAll(t, []string{statement(`{"Effect":"` + tt.effect + `","Action":"*","Resource":"*","Condition":` + tt.condition + `}`)})
			got := Judge(docs, Request{Action: "quicksight:CreateUser", Resource: "*", Context: tt.context})
			if got.Decision != tt.want {
				t.Errorf("decision %s, want %s", got.Decision, tt.want)
			}
		})
	}
}

func TestMissingContextIsNamedOnceAndSorted(t *testing.T) {
	docs := parseAll(t, []string{statement(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"b:Key":"1","a:key":"2"},"StringLike":{"b:key":"3"}}}`)})
	got := Judge(docs, Request{Action: "x:y", Resource: "*"}).Missing
	if want := []string{"a:key", "b:key"}; !slices.Equal(got, want) {
		t.Errorf("missing %v, want %v", got, want)
	}
}

func TestMatchedStatements(t *testing.T) {
	docs := parseAll(t, []string{
		statement(`{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Allow","Action":"iam:*","Resource":"*"}`),
		statement(`{"Effect":"Deny","Action":"quicksight:CreateUser","Resource":"*"}`)})
	if got := Judge(docs, Request{Action: "quicksight:CreateUser", Resource: "*"}).Matched; !slices.Equal(got, []Ref{{1, 0}}) {
		t.Errorf("denied by %v, want only the denying statement", got)
	}
	if got := Judge(docs, Request{Action: "iam:GetRole", Resource: "*"}).Matched; !slices.Equal(got, []Ref{{0, 0}, {0, 1}}) {
		t.Errorf("allowed by %v", got)
	}
}
