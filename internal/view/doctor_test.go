package view

import (
	"testing"

	"github.com/tenantry/tenantry/internal/doctor"
)

// examined is a report with something of everything.
func examined() *doctor.Report {
	check := func(name string) *doctor.Check {
		for _, c := range doctor.Checks() {
			if c.Name == name {
				return &c
			}
		}
		panic(name)
	}
	return &doctor.Report{Account: "111122223333", For: "serve", Results: []doctor.Result{
		{Check: check("account"), Seen: "the credentials are of the account 111122223333: arn:aws:sts::111122223333:assumed-role/tenantry-serve/i-0123456789abcdef0"},
		{Check: check("clock"), Level: doctor.Amber, Troubles: []doctor.Trouble{
			{Level: doctor.Amber, Object: "this machine", Seen: "this machine's clock is 42 seconds behind AWS's", Mend: "let the machine set its clock by the network: sudo timedatectl set-ntp true"},
		}},
		{Check: check("subscription"), Level: doctor.Red, Troubles: []doctor.Trouble{
			{Level: doctor.Red, Object: "111122223333", Seen: "the account has no QuickSight subscription", Mend: "sign it up with role based federation (IAM)"},
		}},
		{Check: check("edition"), Level: doctor.Amber, NotLooked: "subscription"},
		{Check: check("queue"), Level: doctor.Red, Troubles: []doctor.Trouble{
			{Level: doctor.Red, Object: "policy, everybody", Seen: "everybody may send to the queue", Mend: `aws sqs set-queue-attributes --region us-east-1 --queue-url 'https://sqs.us-east-1.amazonaws.com/111122223333/tenantry-events' --attributes '{"Policy":"{\"Version\":\"2012-10-17\"}"}'`},
			{Level: doctor.Amber, Object: "encryption", Seen: "messages are not encrypted at rest", Mend: "look at the queue \x1b[31mfirst:\naws sqs purge-queue --region us-east-1 --queue-url x"},
		}},
		{Check: check("email-sync"), Seen: "the rest is accepted", Accepted: []doctor.AcceptedTrouble{
			{Trouble: doctor.Trouble{Level: doctor.Amber, Object: "111122223333", Seen: "people sign in by a permission set, and no API says whether e-mail syncing is off", Mend: "look"}, Because: "it is off: Judy", Until: "2099-12-31"},
		}},
	}}
}

func TestDoctor(t *testing.T) {
	s, _, out, _ := TestIO()
	if err := Doctor(s, Text, examined()); err != nil {
		t.Fatal(err)
	}
	golden(t, "doctor.txt", out.Bytes())
	out.Reset()
	if err := Doctor(s, JSON, examined()); err != nil {
		t.Fatal(err)
	}
	golden(t, "doctor.json", out.Bytes())
	out.Reset()
	r := examined()
	r.Results = append(r.Results[:1], r.Results[5])
	if err := Doctor(s, Text, r); err != nil {
		t.Fatal(err)
	}
	golden(t, "doctor-green.txt", out.Bytes())
	out.Reset()
	s.OutTerminal, s.Color = true, true
	if err := Doctor(s, Text, examined()); err != nil {
		t.Fatal(err)
	}
	golden(t, "doctor-color.txt", out.Bytes())
}
