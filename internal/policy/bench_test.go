package policy

import "testing"

// An account has thousands of roles: a judgement must be cheap.
func BenchmarkJudge(b *testing.B) {
	id := roleOf(b, says(everything), SignIn(), says(`{"Effect":"Allow","Action":["quicksight:Describe*","quicksight:List*","s3:*","logs:*","iam:PassRole"],"Resource":["arn:aws:iam::111122223333:role/x*","arn:aws:s3:::bucket/*"]}`))
	for b.Loop() {
		Judge(id, account)
	}
}
