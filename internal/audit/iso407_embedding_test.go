package audit

import "testing"

func TestISO407(t *testing.T) {
	app := func(statement string, namespaces ...string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/App", statement)
			f.Embedding = []Embedding{{id.Role, namespaces}}
		}
	}
	planted(t, "ISO407",
		plant{"everybody", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"*"}`, "t0"), 1},
		plant{"another tenant's users", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":["arn:aws:quicksight:*:111122223333:user/t0/*","arn:aws:quicksight:*:111122223333:user/t1/*"]}`, "t0"), 1},
		plant{"anonymous people of every namespace", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForAnonymousUser","Resource":"arn:aws:quicksight:*:111122223333:namespace/*"}`, "t0"), 1},
		plant{"its own namespaces", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":["arn:aws:quicksight:*:111122223333:user/t0/*","arn:aws:quicksight:*:111122223333:user/t1/*"]}`, "t0", "t1"), 0},
		plant{"all but the others", app(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"*"},{"Effect":"Deny","Action":"*","NotResource":"arn:aws:quicksight:*:111122223333:user/t0/*"}`, "t0"), 0},
	)
}
