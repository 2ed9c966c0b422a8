package quicksight_test

import "testing"

// Names that differ only by case stand beside each other, unless the world folds their kind.
func TestFoldedNames(t *testing.T) {
	for kind, made := range map[string][3]string{
		"namespace": {"POST /accounts/111122223333", `{"Namespace": "new", "IdentityStore": "QUICKSIGHT"}`, `{"Namespace": "NEW", "IdentityStore": "QUICKSIGHT"}`},
		"group":     {"POST " + globex + "/groups", `{"GroupName": "staff"}`, `{"GroupName": "STAFF"}`},
		"user":      {"POST " + globex + "/users", registration("kim", ""), registration("KIM", "")},
	} {
		c := behaving(t, `"namespace_limit": 10`)
		c.OK(201, made[0], made[1])
		c.OK(201, made[0], made[2])
		c = behaving(t, `"fold_names": ["`+kind+`"]`)
		c.OK(201, made[0], made[1])
		c.Fails(409, there, made[0], made[2])
	}
}

// A search by somebody who is not there is answered, unless the world refuses it.
func TestUnknownPrincipals(t *testing.T) {
	search := func(name, operator, value string) string {
		return `{"Filters": [{"Operator": "` + operator + `", "Name": "` + name + `", "Value": "` + value + `"}]}`
	}
	gone := search("DIRECT_QUICKSIGHT_SOLE_OWNER", "StringEquals", "arn:aws:quicksight:us-east-1:111122223333:user/globex/QuickSight/gone")
	call := "POST /accounts/111122223333/search/dashboards"
	behaving(t, `"search_lag": "0s"`).OK(200, call, gone)
	c := behaving(t, `"refuse_unknown_principals": true`)
	c.Fails(404, missing, call, gone)
	c.OK(200, call, search("DASHBOARD_NAME", "StringLike", "x"))
	c.OK(200, call, search("DIRECT_QUICKSIGHT_SOLE_OWNER", "StringEquals", "arn:aws:quicksight:us-east-1:111122223333:user/acme/QuickSight/ana"))
}
