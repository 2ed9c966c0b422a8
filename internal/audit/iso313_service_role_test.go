package audit

import "testing"

// What QuickSight's service role reads matters where somebody may query with it: then ISO312 finds the authors too.
func TestISO313(t *testing.T) {
	const name = "arn:aws:iam::111122223333:role/service-role/aws-quicksight-service-role-v0"
	tests := []struct {
		name, role, statement string
		authors               bool
		want                  int
	}{
		{"every bucket", name, `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, true, 1},
		{"every bucket, by its ARN", name, `{"Effect":"Allow","Action":"s3:Get*","Resource":"arn:aws:s3:::*"}`, true, 1},
		{"every secret", name, `{"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"*"}`, true, 1},
		{"a role of another name that QuickSight assumes", "arn:aws:iam::111122223333:role/Data", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, true, 1},
		{"some buckets", name, `{"Effect":"Allow","Action":"s3:*","Resource":["arn:aws:s3:::reports","arn:aws:s3:::reports/*"]}`, true, 0},
		{"nobody who may query", name, `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, false, 0},
	}
	for _, c := range tests {
		t.Run(c.name, func(t *testing.T) {
			f := clean(t, 2)
			id := another(t, f, c.role, c.statement)
			id.Trust = says(`{"Effect":"Allow","Principal":{"Service":"quicksight.amazonaws.com"},"Action":"sts:AssumeRole"}`)
			if c.authors {
				f.Profiles = nil
			}
			found := 0
			for _, finding := range Audit(sorted(f)).Findings {
				switch finding.Code {
				case "ISO313":
					found++
				case "ISO312":
				default:
					t.Errorf("it also finds %s: %s", finding.Code, finding.Seen)
				}
			}
			if found != c.want {
				t.Errorf("%d findings, want %d", found, c.want)
			}
		})
	}
}
