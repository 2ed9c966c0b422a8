package policy

import "testing"

// The cases are those of "IAM JSON policy elements: Condition operators" and of "Set operators for multivalued context keys"
// (IAM user guide). Each condition stands in an Allow; that of a Deny is judged alike.
func TestConditions(t *testing.T) {
	type values = map[string][]string
	tests := []struct {
		name, condition string
		context         values
		want            Answer
	}{
		{"equal", `{"StringEquals":{"aws:PrincipalTag/Dept":"bi"}}`, values{"aws:principaltag/dept": {"bi"}}, Yes},
		{"not equal", `{"StringEquals":{"aws:PrincipalTag/Dept":"bi"}}`, values{"aws:principaltag/dept": {"hr"}}, No},
		{"case matters", `{"StringEquals":{"aws:PrincipalTag/Dept":"bi"}}`, values{"aws:principaltag/dept": {"BI"}}, No},
		{"case does not matter", `{"StringEqualsIgnoreCase":{"aws:PrincipalTag/Dept":"bi"}}`, values{"aws:principaltag/dept": {"BI"}}, Yes},
		{"one of several values", `{"StringEquals":{"aws:PrincipalTag/Dept":["hr","bi"]}}`, values{"aws:principaltag/dept": {"bi"}}, Yes},
		{"no wildcards in equals", `{"StringEquals":{"aws:userid":"*:ana"}}`, values{"aws:userid": {"AROA:ana"}}, No},
		{"like", `{"StringLike":{"aws:userid":"*:ana"}}`, values{"aws:userid": {"AROA:ana"}}, Yes},
		{"not like", `{"StringNotLike":{"aws:userid":"*:ana"}}`, values{"aws:userid": {"AROA:ana"}}, No},
		{"not like any of several", `{"StringNotLike":{"aws:userid":["*:bob","*:ana"]}}`, values{"aws:userid": {"AROA:ana"}}, No},
		{"a key that is not known", `{"StringEquals":{"aws:userid":"x"}}`, nil, Maybe},
		{"the contrary of a key that is not known", `{"StringNotEquals":{"aws:userid":"x"}}`, nil, Maybe},
		{"a value of which a part is not known", `{"StringLike":{"aws:userid":"*:ana"}}`, values{"aws:userid": {"${role:id}:ana"}}, Yes},
		{"a value whose known part does not fit", `{"StringLike":{"aws:userid":"*:ana"}}`, values{"aws:userid": {"${role:id}:bob"}}, No},
		{"a value whose unknown part may fit", `{"StringLike":{"aws:userid":"AROA:*"}}`, values{"aws:userid": {"${role:id}:bob"}}, Maybe},
		{"a key that is absent", `{"StringEquals":{"aws:userid":"x"}}`, values{"aws:userid": nil}, No},
		{"the contrary of a key that is absent", `{"StringNotEquals":{"aws:userid":"x"}}`, values{"aws:userid": nil}, Yes},
		{"if it exists, and it does not", `{"StringEqualsIfExists":{"aws:userid":"x"}}`, values{"aws:userid": nil}, Yes},
		{"if it exists, and it does", `{"StringEqualsIfExists":{"aws:userid":"x"}}`, values{"aws:userid": {"y"}}, No},
		{"null", `{"Null":{"aws:TokenIssueTime":"true"}}`, values{"aws:tokenissuetime": nil}, Yes},
		{"not null", `{"Null":{"aws:TokenIssueTime":false}}`, values{"aws:tokenissuetime": {"1"}}, Yes},
		{"null of a key that is not known", `{"Null":{"aws:TokenIssueTime":"true"}}`, nil, Maybe},
		{"bool", `{"Bool":{"aws:SecureTransport":true}}`, values{"aws:securetransport": {"true"}}, Yes},
		{"number", `{"NumericLessThanEquals":{"aws:MultiFactorAuthAge":"3600"}}`, values{"aws:multifactorauthage": {"60"}}, Yes},
		{"too large a number", `{"NumericLessThanEquals":{"aws:MultiFactorAuthAge":3600}}`, values{"aws:multifactorauthage": {"3601"}}, No},
		{"another number", `{"NumericNotEquals":{"x:y":"1"}}`, values{"x:y": {"2"}}, Yes},
		{"no number", `{"NumericEquals":{"x:y":"1"}}`, values{"x:y": {"one"}}, Maybe},
		{"earlier", `{"DateLessThan":{"aws:CurrentTime":"2026-11-27T00:00:00Z"}}`, values{"aws:currenttime": {"2026-11-26T23:59:59Z"}}, Yes},
		{"later", `{"DateLessThan":{"aws:CurrentTime":"2026-11-27T00:00:00Z"}}`, values{"aws:currenttime": {"2026-11-27T00:00:01Z"}}, No},
		{"seconds", `{"DateGreaterThan":{"aws:EpochTime":"1000"}}`, values{"aws:epochtime": {"999"}}, No},
		{"instants that are written otherwise", `{"DateLessThan":{"aws:CurrentTime":"2026-11-27"}}`, values{"aws:currenttime": {"2026-11-26T23:59:59Z"}}, Maybe},
		{"an address within", `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, values{"aws:sourceip": {"203.0.113.9"}}, Yes},
		{"an address outside", `{"IpAddress":{"aws:SourceIp":["203.0.113.0/24","10.0.0.1"]}}`, values{"aws:sourceip": {"203.0.114.9"}}, No},
		{"not an address within", `{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, values{"aws:sourceip": {"203.0.113.9"}}, No},
		{"an address of IPv6", `{"IpAddress":{"aws:SourceIp":"2001:db8::/32"}}`, values{"aws:sourceip": {"2001:db8::1"}}, Maybe},
		{"an ARN", `{"ArnEquals":{"aws:SourceArn":"arn:aws:sns:*:123456789012:*"}}`, values{"aws:sourcearn": {"arn:aws:sns:us-east-1:123456789012:t"}}, Yes},
		{"another ARN", `{"ArnNotLike":{"aws:SourceArn":"arn:aws:sns:*:123456789012:*"}}`, values{"aws:sourcearn": {"arn:aws:sns:us-east-1:123456789012:t"}}, No},
		{"a variable that is known", `{"StringEquals":{"quicksight:UserName":"${aws:username}"}}`, values{"quicksight:username": {"ana"}, "aws:username": {"ana"}}, Yes},
		{"a variable that is not known", `{"StringEquals":{"quicksight:UserName":"${aws:username}"}}`, values{"quicksight:username": {"ana"}}, Maybe},
		{"all of several values", `{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`, values{"aws:tagkeys": {"a", "b"}}, Yes},
		{"not all of several values", `{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}`, values{"aws:tagkeys": {"a", "c"}}, No},
		{"all of none", `{"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}}`, values{"aws:tagkeys": nil}, Yes},
		{"some of several values", `{"ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}}`, values{"aws:tagkeys": {"a", "c"}}, Yes},
		{"none of several values", `{"ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}}`, values{"aws:tagkeys": {"b", "c"}}, No},
		{"some of none", `{"ForAnyValue:StringEquals":{"aws:TagKeys":["a"]}}`, values{"aws:tagkeys": nil}, No},
		{"all conditions must hold", `{"StringEquals":{"a:b":"1"},"StringLike":{"a:c":"2"}}`, values{"a:b": {"1"}, "a:c": {"3"}}, No},
		{"one that fails is enough", `{"StringEquals":{"a:b":"1","a:c":"2"}}`, values{"a:c": {"3"}}, No},
		{"one that is not known", `{"StringEquals":{"a:b":"1","a:c":"2"}}`, values{"a:c": {"2"}}, Maybe},
		{"binary", `{"BinaryEquals":{"a:b":"QQ=="}}`, values{"a:b": {"QQ=="}}, Maybe},
		{"an operator that AWS adds", `{"StringRhymes":{"a:b":"1"}}`, values{"a:b": {"1"}}, Maybe},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			allow := roleOf(t, says(`{"Effect":"Allow","Action":"*","Resource":"*","Condition":`+c.condition+`}`))
			if have := May(allow, "quicksight:CreateUser", self, c.context); have != c.want {
				t.Errorf("in an allow: %s, want %s", have, c.want)
			}
			deny := roleOf(t, says(everything+`,{"Effect":"Deny","Action":"*","Resource":"*","Condition":`+c.condition+`}`))
			if have := May(deny, "quicksight:CreateUser", self, c.context); have != c.want.not() {
				t.Errorf("in a deny: %s, want %s", have, c.want.not())
			}
		})
	}
}
