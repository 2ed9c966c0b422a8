package sts

import (
	"encoding/xml"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// What the API model says about the input.
var (
	arnRule = constraint.Text{Min: 20, Max: 2048}.Pattern(
		`[\u0009\u000A\u000D\u0020-\u007E\u0085\u00A0-\uD7FF\uE000-\uFFFD\u10000-\u10FFFF]+`)
	sessionRule  = constraint.Text{Min: 2, Max: 64}.Pattern(`[\w+=,.@-]*`)
	externalRule = constraint.Text{Min: 2, Max: 1224}.Pattern(`[\w+=,.@:\/-]*`)
)

type assumed struct {
	XMLName         xml.Name `xml:"AssumeRoleResult"`
	UserID          string   `xml:"AssumedRoleUser>AssumedRoleId"`
	ARN             string   `xml:"AssumedRoleUser>Arn"`
	AccessKeyID     string   `xml:"Credentials>AccessKeyId"`
	SecretAccessKey string   `xml:"Credentials>SecretAccessKey"`
	SessionToken    string   `xml:"Credentials>SessionToken"`
	Expiration      string   `xml:"Credentials>Expiration"`
}

func (s service) assumeRole(r *wire.Request, form url.Values) (any, error) {
	seconds, err := judge(form)
	if err != nil {
		return nil, err
	}
	role, ok := s.w.IAM.Roles.Get(path.Base(form.Get("RoleArn")))
	if !ok || role.ARN(s.w.Partition, s.w.Account) != form.Get("RoleArn") || !trusts(role, r.Caller, form) {
		return nil, wire.Errorf(403, "AccessDenied", "User: %s is not authorized to perform: sts:AssumeRole on resource: %s",
			r.Caller.ARN, form.Get("RoleArn"))
	}
	if longest := max(role.MaxSession, 3600); seconds > longest {
		return nil, invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.")
	}
	return s.open(role, form.Get("RoleSessionName"), time.Duration(seconds)*time.Second), nil
}

// judge judges the input by the model, and gives how long the session shall last.
func judge(form url.Values) (seconds int, err error) {
	var c constraint.Check
	given := func(name string) *string {
		if !form.Has(name) {
			return nil
		}
		value := form.Get(name)
		return &value
	}
	c.Required("roleArn", given("RoleArn"), arnRule)
	c.Required("roleSessionName", given("RoleSessionName"), sessionRule)
	c.Text("externalId", given("ExternalId"), externalRule)
	seconds = 3600
	if form.Has("DurationSeconds") {
		// What is not a number is 0, and out of range.
		seconds, _ = strconv.Atoi(form.Get("DurationSeconds"))
	}
	c.Number("durationSeconds", &seconds, 900, 43200)
	if !c.OK() {
		return 0, invalid("%s", c.Message())
	}
	if arn := form.Get("RoleArn"); !strings.HasPrefix(arn, "arn:") || !strings.Contains(arn, ":role/") {
		return 0, invalid("%s is invalid", arn)
	}
	return seconds, nil
}

func invalid(format string, args ...any) *wire.Error {
	return wire.Errorf(400, "ValidationError", format, args...)
}

// trusts says whether the trust policy of role lets caller in. A role of a world file may have none, and then
// trusts nobody.
func trusts(role world.Role, caller wire.Caller, form url.Values) bool {
	trust, err := policydoc.ParseTrust(role.Trust)
	if err != nil {
		return false
	}
	about := trust.About(func(p policydoc.Principal) bool { return p.NamesAccount(caller.Account) || p.Names(caller.ARN) })
	context := map[string][]string{
		"sts:rolesessionname":  {form.Get("RoleSessionName")},
		"aws:principalarn":     {policydoc.RoleOf(caller.ARN)},
		"aws:principalaccount": {caller.Account},
	}
	if form.Has("ExternalId") {
		context["sts:externalid"] = []string{form.Get("ExternalId")}
	}
	v := policydoc.Judge([]policydoc.Document{about}, policydoc.Request{Action: "sts:AssumeRole", Context: context})
	return v.Decision == policydoc.Allowed
}

// open makes the session.
func (s service) open(role world.Role, session string, lasts time.Duration) assumed {
	k := s.w.OpenSession(role, session)
	return assumed{
		UserID: k.UserID, ARN: k.ARN,
		AccessKeyID: k.AccessKey, SecretAccessKey: k.Secret(), SessionToken: k.Token(),
		Expiration: s.w.Now().Add(lasts).UTC().Format(time.RFC3339),
	}
}
