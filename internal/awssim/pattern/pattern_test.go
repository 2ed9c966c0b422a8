package pattern

import "testing"

const event = `{"source": "aws.sso", "account": "111122223333", "region": "us-east-1", "resources": ["arn:a", "arn:b"],
	"detail": {"eventName": "CreateUser", "count": 5, "ratio": 0.5, "on": true, "nothing": null, "ip": "10.0.0.7", "empty": [],
		"request": {"role": "QuickSight-acme"}, "items": [{"kind": "x", "id": "1"}, {"kind": "y", "id": "2"}]}}`

func TestMatches(t *testing.T) {
	for text, want := range map[string]bool{
		`{"source": ["aws.sso"]}`:                                                              true,
		`{"source": ["aws.s3", "aws.sso"], "region": ["us-east-1"]}`:                           true,
		`{"source": ["aws.sso"], "region": ["eu-west-1"]}`:                                     false,
		`{"source": ["AWS.SSO"]}`:                                                              false,
		`{"source": [{"equals-ignore-case": "AWS.SSO"}]}`:                                      true,
		`{"source": [{"prefix": "aws."}]}`:                                                     true,
		`{"source": [{"prefix": {"equals-ignore-case": "AWS."}}]}`:                             true,
		`{"source": [{"suffix": "sso"}]}`:                                                      true,
		`{"source": [{"suffix": ".s3"}]}`:                                                      false,
		`{"source": [{"wildcard": "aws.*o"}]}`:                                                 true,
		`{"source": [{"wildcard": "a*.*x"}]}`:                                                  false,
		`{"source": [{"wildcard": "aws\\*"}]}`:                                                 false,
		`{"resources": ["arn:b"]}`:                                                             true,
		`{"resources": ["arn:c"]}`:                                                             false,
		`{"resources": [{"anything-but": "arn:a"}]}`:                                           true, // arn:b is not it
		`{"detail": {"eventName": [{"anything-but": ["A", "CreateUser"]}]}}`:                   false,
		`{"detail": {"eventName": [{"anything-but": {"prefix": "Delete"}}]}}`:                  true,
		`{"detail": {"eventName": [{"anything-but": {"suffix": ["r", "x"]}}]}}`:                false,
		`{"detail": {"eventName": [{"anything-but": {"wildcard": "C*r"}}]}}`:                   false,
		`{"detail": {"missing": [{"anything-but": "x"}]}}`:                                     false,
		`{"detail": {"missing": [{"exists": false}]}}`:                                         true,
		`{"detail": {"eventName": [{"exists": false}]}}`:                                       false,
		`{"detail": {"eventName": [{"exists": true}]}}`:                                        true,
		`{"detail": {"nothing": [{"exists": true}]}}`:                                          true,
		`{"detail": {"nothing": [null]}}`:                                                      true,
		`{"detail": {"request": [{"exists": true}]}}`:                                          false, // it is about leaves
		`{"detail": {"empty": [{"exists": true}]}}`:                                            false,
		`{"gone": {"deep": [{"exists": false}]}}`:                                              true,
		`{"detail": {"request": {"role": [{"prefix": "QuickSight"}]}}}`:                        true,
		`{"detail": {"count": [5]}}`:                                                           true,
		`{"detail": {"count": [5.0]}}`:                                                         false,
		`{"detail": {"count": ["5"]}}`:                                                         false,
		`{"detail": {"count": [{"numeric": [">", 4, "<=", 5]}]}}`:                              true,
		`{"detail": {"count": [{"numeric": ["<", 5]}]}}`:                                       false,
		`{"detail": {"ratio": [{"numeric": ["=", 5e-1]}]}}`:                                    true,
		`{"detail": {"eventName": [{"numeric": [">=", 0]}]}}`:                                  false,
		`{"detail": {"on": [true]}}`:                                                           true,
		`{"detail": {"ip": [{"cidr": "10.0.0.0/24"}]}}`:                                        true,
		`{"detail": {"ip": [{"cidr": "10.1.0.0/16"}]}}`:                                        false,
		`{"detail": {"items": {"kind": ["x"], "id": ["1"]}}}`:                                  true,
		`{"detail": {"items": {"kind": ["x"], "id": ["2"]}}}`:                                  false, // of no one object
		`{"$or": [{"source": ["aws.s3"]}, {"region": ["us-east-1"]}]}`:                         true,
		`{"account": ["1"], "$or": [{"source": ["aws.sso"]}, {"region": ["us-east-1"]}]}`:      false,
		`{"detail": {"$or": [{"eventName": ["DeleteUser"]}, {"count": [{"exists": false}]}]}}`: false,
	} {
		p, err := Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		} else if p.MatchesJSON([]byte(event)) != want {
			t.Errorf("%s: it is %v", text, !want)
		}
	}
	p, _ := Parse(`{"source": [{"exists": false}]}`)
	if p.MatchesJSON([]byte(`[]`)) || p.MatchesJSON([]byte(`{`)) || !p.MatchesJSON([]byte(`{}`)) {
		t.Error("only objects match")
	}
}

func TestBadPatterns(t *testing.T) {
	for _, text := range []string{
		``, `[]`, `{}`, `{`, `{"a": "b"}`, `{"a": []}`, `{"a": {}}`, `{"a": [[1]]}`, `{"a": [{}]}`, `{"a": ["b"]} more`,
		`{"a": [{"prefix": 1}]}`, `{"a": [{"prefix": {"suffix": "x"}}]}`, `{"a": [{"like": "x"}]}`, `{"a": [{"prefix": "x", "suffix": "y"}]}`,
		`{"a": [{"anything-but": []}]}`, `{"a": [{"anything-but": {"numeric": ["=", 1]}}]}`, `{"a": [{"anything-but": [true]}]}`,
		`{"a": [{"exists": "yes"}]}`, `{"a": [{"numeric": ["=", "1"]}]}`, `{"a": [{"numeric": ["=="]}]}`, `{"a": [{"numeric": ["==", 1]}]}`,
		`{"a": [{"cidr": "10"}]}`, `{"$or": [{"a": [1]}]}`, `{"$or": ["a", "b"]}`, `{"$or": [{"a": [1]}, {"b": 1}]}`,
	} {
		if _, err := Parse(text); err == nil {
			t.Errorf("%s is taken", text)
		}
	}
	long := make([]byte, 2100)
	for i := range long {
		long[i] = ' '
	}
	if _, err := Parse(`{"a": ["b"]}` + string(long)); err == nil {
		t.Error("a pattern of more than 2048 characters is taken")
	}
}
