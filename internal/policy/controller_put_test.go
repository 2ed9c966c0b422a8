package policy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// fakeAWS stands in for the AWS CLI: it keeps policies as folders of versions, as IAM does, and fails where IAM would. What the
// queries of the CLI come to is said by hand: the oldest of five versions that is not the default one, or None.
const fakeAWS = `#!/bin/sh
echo "$2 $4" >>"$HOME/calls"
[ "$2" = "$(cat "$HOME/fails" 2>/dev/null)" ] && { echo denied >&2; exit 254; }
policy=$HOME/policies/${4##*/}
case $2 in
put-role-policy) mkdir -p "$HOME/inline" && printf %s "$8" >"$HOME/inline/$6" ;;
get-policy) [ -d "$policy" ] || exit 254 ;;
create-policy) mkdir -p "$HOME/policies" && mkdir "$policy" && printf %s "$6" >"$policy/v1" && cp "$policy/v1" "$policy/default" && echo 1 >"$policy/made" ;;
list-policy-versions)
  case $6 in 'sort_by(Versions[?!IsDefaultVersion], &CreateDate)[-4].VersionId') ;; *) exit 252 ;; esac
  if [ "$(ls "$policy" | grep -c ^v)" = 5 ]; then echo "v$(($(cat "$policy/made") - 4))"; else echo None; fi ;;
delete-policy-version) rm "$policy/$6" ;;
create-policy-version)
  [ "$(ls "$policy" | grep -c ^v)" -lt 5 ] || exit 254
  made=$(($(cat "$policy/made") + 1))
  echo $made >"$policy/made" && printf %s "$6" >"$policy/v$made"
  [ "$7" = --set-as-default ] && cp "$policy/v$made" "$policy/default" ;;
attach-role-policy) policy=$HOME/policies/${6##*/}; [ -d "$policy" ] && touch "$policy/attached-$4" ;;
*) exit 252 ;;
esac
`

// pretended is where fakeAWS keeps what it was told.
type pretended string

func pretend(t *testing.T) pretended {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "aws"), []byte(fakeAWS), 0o700); err != nil {
		t.Fatal(err)
	}
	return pretended(dir)
}

// paste runs what is printed, as a shell that it is piped into does.
func (a pretended) paste(commands string) error {
	sh := exec.Command("sh")
	sh.Stdin = strings.NewReader(commands)
	sh.Env = []string{"HOME=" + string(a), "PATH=" + string(a) + ":" + os.Getenv("PATH")}
	return sh.Run()
}

func (a pretended) read(path ...string) string {
	text, _ := os.ReadFile(filepath.Join(append([]string{string(a)}, path...)...))
	return string(text)
}

func inRegions(n int) Grounds {
	g := fullGrounds("aws")
	g.AssetRegions = manyRegions[:n]
	return g
}

// manyRegions are about all that AWS has.
var manyRegions = strings.Fields(`us-east-1 us-east-2 us-west-1 us-west-2 af-south-1 ap-east-1 ap-east-2 ap-south-1 ap-south-2 ap-southeast-1 ap-southeast-2
	ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ap-northeast-1 ap-northeast-2 ap-northeast-3 ca-central-1 ca-west-1 eu-central-1
	eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1`)

func put(t *testing.T, a pretended, role string, p Purpose, g Grounds) []Named {
	t.Helper()
	documents, err := Controller(p, g)
	if err != nil {
		t.Fatal(err)
	}
	if err := a.paste(PutController(role, g, documents)); err != nil {
		t.Fatalf("%s: %v\n%s", role, err, a.read("calls"))
	}
	return documents
}

// stands reads what each of a role's managed policies says.
func (a pretended) stands(t *testing.T, role string, want []Named) {
	t.Helper()
	for _, d := range want {
		name := ManagedName(role, d)
		if a.read("policies", name, "default") != Compact(d.Document) {
			t.Errorf("%s does not stand", name)
		}
		if _, err := os.Stat(filepath.Join(string(a), "policies", name, "attached-"+role)); err != nil {
			t.Errorf("%s is not attached to %s", name, role)
		}
	}
}

// T10: what is printed puts in what it says the first time and every time: for the hour of a deletion, and back again, as often as
// it is needed, and another role keeps what it has.
func TestPrintedCommandsCanBeRepeated(t *testing.T) {
	a := pretend(t)
	may := inRegions(6)
	may.DeleteNamespaces = true
	other := put(t, a, "Others", ForOperator, may)
	for range 3 {
		a.stands(t, "Operators", put(t, a, "Operators", ForOperator, may))
		a.stands(t, "Operators", put(t, a, "Operators", ForOperator, inRegions(6)))
	}
	a.stands(t, "Others", other)
	if len(other) < 2 || Inline(other) {
		t.Fatal("they are not managed ones")
	}
}

func TestInlineCommandsCanBeRepeated(t *testing.T) {
	a := pretend(t)
	for _, p := range []Purpose{ForProbe, ForProbe} {
		for _, d := range put(t, a, "Probe", p, inRegions(1)) {
			if a.read("inline", d.Name) != Compact(d.Document) {
				t.Errorf("%s is not there", d.Name)
			}
		}
	}
}

// Whatever command fails, nothing is run behind it, and who runs the commands is told.
func TestPrintedCommandsFail(t *testing.T) {
	for _, tt := range []struct {
		fails           string
		regions, before int // how many Regions there are, and how often the same was put in before
	}{
		{"put-role-policy", 1, 0},
		{"create-policy", 6, 0}, {"attach-role-policy", 6, 0},
		{"list-policy-versions", 6, 5}, {"delete-policy-version", 6, 5}, {"create-policy-version", 6, 5},
	} {
		t.Run(tt.fails, func(t *testing.T) {
			a, g := pretend(t), inRegions(tt.regions)
			documents, err := Controller(ForServe, g)
			if err != nil {
				t.Fatal(err)
			}
			for range tt.before {
				put(t, a, "Serve", ForServe, g)
			}
			if err := os.WriteFile(filepath.Join(string(a), "fails"), []byte(tt.fails), 0o600); err != nil {
				t.Fatal(err)
			}
			err = a.paste(PutController("Serve", g, documents))
			calls := strings.Split(strings.TrimSpace(a.read("calls")), "\n")
			if last := calls[len(calls)-1]; err == nil || !strings.HasPrefix(last, tt.fails+" ") {
				t.Errorf("%v, and the last call is %s", err, last)
			}
		})
	}
}
