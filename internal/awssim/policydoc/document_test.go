package policydoc

import "testing"

func TestParseIdentity(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"one statement, not in a list", `{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}`, ""},
		{"not JSON", `{"Version":`, "This policy contains invalid Json"},
		{"no statement", `{"Version":"2012-10-17"}`, "Syntax errors in policy."},
		{"an empty list", `{"Version":"2012-10-17","Statement":[]}`, "Syntax errors in policy."},
		{"unknown version", `{"Version":"2020-01-01","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*"}]}`, "Syntax errors in policy."},
		{"unknown element", statement(`{"Effect":"Allow","Action":"a:b","Resource":"*","Acton":"x"}`), "Syntax errors in policy."},
		{"unknown effect", statement(`{"Effect":"allow","Action":"a:b","Resource":"*"}`), "Syntax errors in policy."},
		{"action and its opposite", statement(`{"Effect":"Allow","Action":"a:b","NotAction":"c:d","Resource":"*"}`), "Syntax errors in policy."},
		{"an action that is a number in a list of lists", statement(`{"Effect":"Allow","Action":[["a:b"]],"Resource":"*"}`), "Syntax errors in policy."},
		{"no action", statement(`{"Effect":"Allow","Resource":"*"}`), "Policy statement must contain actions."},
		{"no resource", statement(`{"Effect":"Allow","Action":"a:b"}`), "Policy statement must contain resources."},
		{"no vendor", statement(`{"Effect":"Allow","Action":"CreateUser","Resource":"*"}`),
			"Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."},
		{"a principal", statement(`{"Effect":"Allow","Action":"a:b","Resource":"*","Principal":"*"}`), "Policy document should not specify a principal."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseIdentity(tt.text)
			sayWant(t, err, tt.want)
		})
	}
}

func TestParseTrust(t *testing.T) {
	tests := []struct{ name, text, want string }{
		{"SAML", statement(`{"Effect":"Allow","Action":["sts:AssumeRoleWithSAML","sts:TagSession"],"Principal":{"Federated":"arn:aws:iam::1:saml-provider/x"}}`), ""},
		{"everyone", statement(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*"}`), ""},
		{"a resource", statement(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":"*","Resource":"*"}`), "Has prohibited field Resource"},
		{"no principal", statement(`{"Effect":"Allow","Action":"sts:AssumeRole"}`), "Missing required field Principal"},
		{"another service's action", statement(`{"Effect":"Allow","Action":"iam:PassRole","Principal":"*"}`),
			"AssumeRole policy may only specify STS AssumeRole actions."},
		{"an unknown kind of principal", statement(`{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Person":"ana"}}`), "Syntax errors in policy."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := ParseTrust(tt.text)
			sayWant(t, err, tt.want)
		})
	}
}

func sayWant(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = err.Error()
	}
	if got != want {
		t.Errorf("error %q, want %q", got, want)
	}
}

func TestPositions(t *testing.T) {
	doc, err := ParseIdentity("{\n \"Statement\": [\n  {\"Effect\":\"Allow\",\"Action\":\"a:b\",\"Resource\":\"*\"},\n  {\"Effect\":\"Deny\",\"Action\":\"a:b\",\"Resource\":\"*\"}\n ]\n}")
	if err != nil {
		t.Fatal(err)
	}
	first, second := doc.Statements[0], doc.Statements[1]
	if first.Start != (Position{3, 3}) || first.End != (Position{3, 51}) || second.Start != (Position{4, 3}) {
		t.Errorf("positions %v to %v, and %v", first.Start, first.End, second.Start)
	}
}

func TestMatch(t *testing.T) {
	tests := []struct {
		pattern, value string
		want           bool
	}{
		{"*", "", true}, {"a*", "a", true}, {"a*b*c", "aXXbYYc", true}, {"a*b", "aXbX", false},
		{"a?c", "abc", true}, {"a?c", "ac", false}, {"", "a", false}, {"**", "abc", true}, {"*a*a*b", "aaaaaaaac", false},
	}
	for _, tt := range tests {
		if got := Match(tt.pattern, tt.value, false); got != tt.want {
			t.Errorf("Match(%q, %q) = %v", tt.pattern, tt.value, got)
		}
	}
}
