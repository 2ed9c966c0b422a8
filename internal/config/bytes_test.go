package config

import (
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
)

// plain is a configuration without anything special.
const plain = `version: 1
quicksight:
  account_id: "111122223333"
  identity_region: us-east-1
identity_center:
  identity_store_id: d-1234567890
  region: us-east-1
sign_in:
  role: arn:aws:iam::111122223333:role/QuickSight
tenants:
  - groups: "qs:{namespace}"
`

// refused parses what must be refused with exactly one problem, and answers it.
func refused(t *testing.T, data string) string {
	t.Helper()
	config, problems := Parse("t.yaml", []byte(data))
	if config != nil || len(problems) != 1 || !problems.Failed() {
		t.Fatalf("config %v, problems:\n%s", config, problems)
	}
	return problems.String()
}

func wantText(t *testing.T, got string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(got, part) {
			t.Errorf("%q is not in\n%s", part, got)
		}
	}
}

func TestC01Empty(t *testing.T) {
	for _, data := range []string{"", "\n\n", "  \n", "---\n", "~\n"} {
		wantText(t, refused(t, data), "t.yaml:1:1: error: the configuration is empty", "fix: write a starting file")
	}
}

func TestC02ByteOrderMark(t *testing.T) {
	wantText(t, refused(t, "\xef\xbb\xbf"+plain), "t.yaml:1:1", "UTF-8 byte order mark", "without a byte order mark")
}

func TestC02UTF16(t *testing.T) {
	for name, order := range map[string]binary.AppendByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian} {
		data := []byte(name)
		for _, unit := range utf16.Encode([]rune(plain)) {
			data = order.AppendUint16(data, unit)
		}
		wantText(t, refused(t, string(data)), "UTF-16 byte order mark")
		wantText(t, refused(t, string(data[2:])), "NUL byte", "UTF-16")
	}
}

func TestC02NotUTF8(t *testing.T) {
	wantText(t, refused(t, strings.Replace(plain, "QuickSight", "B\xfccher", 1)), "t.yaml:9:41: error: byte 0xfc is not UTF-8", "save the file as UTF-8")
}

func TestC02ControlCharacter(t *testing.T) {
	wantText(t, refused(t, "# \x1b[31m\n"+plain), "t.yaml:1:3", "U+001B")
}

func TestC04BillionLaughs(t *testing.T) {
	bomb := "a: &a [x, x, x, x, x, x, x, x, x]\n"
	for c := 'b'; c <= 'z'; c++ {
		bomb += fmt.Sprintf("%c: &%[1]c [%s]\n", c, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*%c, ", c-1), 9), ", "))
	}
	start := time.Now()
	config, problems := Parse("t.yaml", []byte(bomb))
	if config != nil || !problems.Failed() || time.Since(start) > time.Second {
		t.Errorf("not refused, or only after %v", time.Since(start))
	}
}

func TestC04DeepNesting(t *testing.T) {
	for _, data := range []string{strings.Repeat("[", 1<<20), strings.Repeat("{a: ", 1<<18), strings.Repeat("- ", 1<<18), "tenants: " + strings.Repeat("[", 9000) + strings.Repeat("]", 9000)} {
		if config, problems := Parse("t.yaml", []byte(data)); config != nil || !problems.Failed() {
			t.Errorf("%.10s… is not refused", data)
		}
	}
}

func TestC10TooLarge(t *testing.T) {
	wantText(t, refused(t, plain+strings.Repeat("#", maxBytes)), "t.yaml: error: the file is larger than 10 MB")
}

func TestC10TooManyTenants(t *testing.T) {
	if got := refused(t, manyTenants(maxTenants+1)); !strings.Contains(got, "t.yaml:10:1: error: tenants has 100001 rules") {
		t.Error(got)
	}
}

func TestC10ManyTenants(t *testing.T) {
	config, problems := Parse("t.yaml", []byte(manyTenants(10_000)))
	if config == nil || len(problems) > 0 || len(config.Rules.Tenants) != 10_000 {
		t.Errorf("10000 rules are refused: %s", problems)
	}
}

func manyTenants(n int) string {
	var b strings.Builder
	b.WriteString(strings.Replace(plain, "  - groups: \"qs:{namespace}\"\n", "", 1))
	for i := range n {
		fmt.Fprintf(&b, "- {group_id: 34887428-4081-7042-c3c6-%012x, namespace: t%d}\n", i, i)
	}
	return b.String()
}

func TestC10TooManyPatterns(t *testing.T) {
	var b strings.Builder
	b.WriteString(strings.Replace(plain, "  - groups: \"qs:{namespace}\"\n", "", 1))
	for i := range maxPatterns + 1 {
		fmt.Fprintf(&b, "- groups: \"%d:{namespace}\"\n", i)
	}
	wantText(t, refused(t, b.String()), "tenants has 1001 patterns")
}

func TestC48CarriageReturns(t *testing.T) {
	unix, _ := Parse("t.yaml", []byte(plain))
	dos, problems := Parse("t.yaml", []byte(strings.ReplaceAll(plain, "\n", "\r\n")))
	if dos == nil || unix.Fingerprint != dos.Fingerprint {
		t.Errorf("a file with CRLF is not the same: %s", problems)
	}
}

func save(t *testing.T, mode os.FileMode) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "tenantry.yaml")
	if err := os.WriteFile(path, []byte(plain), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLoad(t *testing.T) {
	path := save(t, 0o644)
	config, problems := Load(path)
	if config == nil || len(problems) > 0 || config.Path != path {
		t.Errorf("config %+v, problems %s", config, problems)
	}
}

func TestC39WorldWritable(t *testing.T) {
	path := save(t, 0o646)
	config, problems := Load(path)
	if config != nil || len(problems) != 1 {
		t.Fatal("a file that anyone may change is read")
	}
	wantText(t, problems.String(), path+": error: anyone on this machine may change the file (mode 0646)", "fix: run: chmod o-w "+path)
}

func TestLoadRefuses(t *testing.T) {
	dir := t.TempDir()
	for path, want := range map[string]string{
		dir:                             "this is a directory",
		filepath.Join(dir, "none.yaml"): "tenantry config init",
	} {
		config, problems := Load(path)
		if config != nil || len(problems) != 1 || problems.Err() == nil {
			t.Errorf("%s: config %v, problems %s", path, config, problems)
		}
		wantText(t, problems.String(), want)
	}
}
