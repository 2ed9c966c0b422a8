package quicksight_test

import (
	"net/url"
	"strings"
	"testing"
)

const ana = "arn:aws:quicksight:us-east-1:111122223333:user/acme/QuickSight/ana"

// A URL is made for whomever the caller names: rights are IAM's, and IAM knows no namespaces.
func TestEmbedding(t *testing.T) {
	c := open(t)
	c.OK(202, "POST "+account+"/dashboards/d", `{"Name": "d"}`)
	const look = `, "ExperienceConfiguration": {"Dashboard": {"InitialDashboardId": "d"}}}`
	registered, anonymous := "POST "+account+"/embed-url/registered-user", "POST "+account+"/embed-url/anonymous-user"
	dashboard := "GET " + account + "/dashboards/d/embed-url?creds-type="

	m := c.OK(200, registered, `{"UserArn": "`+ana+`"`+look)
	if u, _ := m["EmbedUrl"].(string); !strings.HasPrefix(u, "https://quicksight.us-east-1.amazonaws.com/simulator/embed/registered?as="+url.QueryEscape(ana)+"&code=") {
		t.Errorf("EmbedUrl %s", u)
	}
	m = c.OK(200, anonymous, `{"Namespace": "acme", "AuthorizedResourceArns": ["arn:aws:quicksight:us-east-1:111122223333:dashboard/d"]`+look)
	if who, _ := m["AnonymousUserArn"].(string); !strings.HasPrefix(who, "arn:aws:quicksight:us-east-1:111122223333:anonymousUser/acme/") || m["EmbedUrl"] == "" {
		t.Errorf("GenerateEmbedUrlForAnonymousUser: %v", m)
	}
	m = c.OK(200, dashboard+"QUICKSIGHT&session-lifetime=15&user-arn="+url.QueryEscape(ana), "")
	if u, _ := m["EmbedUrl"].(string); !strings.Contains(u, "/embed/dashboards/d?as="+url.QueryEscape(ana)) {
		t.Errorf("GetDashboardEmbedUrl: %v", m)
	}
	c.OK(200, dashboard+"ANONYMOUS", "")

	for _, bad := range []struct {
		status           int
		code, line, body string
	}{
		{404, "QuickSightUserNotFoundException", registered, `{"UserArn": "` + ana + `2"` + look},
		{404, "QuickSightUserNotFoundException", registered, `{"UserArn": "arn:aws:quicksight:us-east-1:111122223333:group/acme/acme"` + look},
		{400, badParameter, registered, `{"UserArn": "` + ana + `"}`},
		{400, badParameter, registered, `{"ExperienceConfiguration": {"Dashboard": {}}}`},
		{400, badParameter, registered, `{"UserArn": "` + ana + `", "ExperienceConfiguration": {}}`},
		{400, "SessionLifetimeInMinutesInvalidException", registered, `{"SessionLifetimeInMinutes": 14, "UserArn": "` + ana + `"` + look},
		{404, missing, anonymous, `{"Namespace": "none", "AuthorizedResourceArns": []` + look},
		{404, missing, anonymous, `{"Namespace": "acme", "AuthorizedResourceArns": ["arn:aws:quicksight:us-east-1:111122223333:dashboard/e"]` + look},
		{400, badParameter, anonymous, `{"Namespace": "acme"` + look},
		{404, missing, "GET " + account + "/dashboards/e/embed-url?creds-type=ANONYMOUS", ""},
		{400, badParameter, dashboard + "SAML", ""},
		{400, "SessionLifetimeInMinutesInvalidException", dashboard + "ANONYMOUS&session-lifetime=x", ""},
		{404, "QuickSightUserNotFoundException", dashboard + "IAM", ""},
		{404, "QuickSightUserNotFoundException", dashboard + "QUICKSIGHT", ""},
	} {
		c.Fails(bad.status, bad.code, bad.line, bad.body)
	}
}

// With IAM's credentials a dashboard's URL is the caller's own.
func TestEmbeddingOneself(t *testing.T) {
	c := open(t)
	c.OK(202, "POST "+account+"/dashboards/d", `{"Name": "d"}`)
	c.OK(201, "POST "+globex+"/users", strings.Replace(registration("simulator", ""), "role/QuickSight", "role/Administrator", 1))
	m := c.OK(200, "GET "+account+"/dashboards/d/embed-url?creds-type=IAM", "")
	if u, _ := m["EmbedUrl"].(string); !strings.Contains(u, url.QueryEscape("user/globex/Administrator/simulator")) {
		t.Errorf("EmbedUrl %s", u)
	}
}
