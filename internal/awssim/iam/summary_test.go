package iam

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/roomtest"
)

func TestGetAccountSummary(t *testing.T) {
	r := roomtest.New(t, `{"account_id": "111122223333", "behaviour": {"role_limit": 2}, "iam": {"roles": [{"name": "A"}], "users": [{"name": "u"}]}}`, New)
	status, body := r.Form(url.Values{"Action": {"GetAccountSummary"}})
	have := map[string]string{}
	for _, m := range regexp.MustCompile(`<entry><key>(\w+)</key><value>(\d+)</value></entry>`).FindAllStringSubmatch(body, -1) {
		have[m[1]] = m[2]
	}
	if status != 200 || have["Roles"] != "1" || have["RolesQuota"] != "2" || have["Users"] != "1" || !strings.Contains(body, "<GetAccountSummaryResult><SummaryMap>") {
		t.Errorf("%d %s", status, body)
	}
	make := func(name string) (int, string) {
		return r.Form(url.Values{"Action": {"CreateRole"}, "RoleName": {name}, "AssumeRolePolicyDocument": {`{"Version": "2012-10-17", "Statement": [
			{"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}]}`}})
	}
	if status, body := make("B"); status != 200 {
		t.Errorf("%d %s", status, body)
	}
	if status, body := make("C"); status != 409 || !strings.Contains(body, "<Code>LimitExceeded</Code>") {
		t.Errorf("%d %s", status, body)
	}
}
