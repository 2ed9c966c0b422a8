package planted

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"slices"
	"strings"
)

// theBug is the variable of the environment that says which bug a program has: its number in the list, from 1.
const theBug = "TENANTRY_PLANTED_BUG"

// besides is what a package gets, so that its functions know.
const besides = "package %s\n\nimport \"os\"\n\nvar plantedBug = os.Getenv(%q)\n"

// source is a file of the program.
type source struct {
	text string
	*ast.File
	files *token.FileSet
}

func parse(name, text string) (*source, error) {
	files := token.NewFileSet()
	f, err := parser.ParseFile(files, name, text, parser.SkipObjectResolution)
	return &source{text, f, files}, err
}

func (s *source) at(p token.Pos) int { return s.files.Position(p).Offset }

// of is the text of a part of the file, "" for none.
func (s *source) of(n ast.Node) string { return s.text[s.at(n.Pos()):s.at(n.End())] }

// twin is a function with a bug in it, beside the one that it is the twin of.
type twin struct {
	number int
	of     *ast.FuncDecl
	text   string // of the whole function
}

// twinOf makes the twin of a bug, given what the file is with it. It has none where the bug is not within the body of one
// function.
func (s *source) twinOf(is string, number int) (twin, bool) {
	begin, behind := differing(s.text, is)
	for _, d := range s.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil || f.Recv == nil && (f.Name.Name == "init" || f.Name.Name == "main") {
			continue
		}
		if s.at(f.Body.Lbrace) < begin && len(s.text)-behind <= s.at(f.Body.Rbrace) {
			name, end := s.at(f.Name.End()), len(is)-(len(s.text)-s.at(f.End()))
			return twin{number, f, s.text[s.at(f.Pos()):s.at(f.Name.Pos())] + twinName(f, number) + is[name:end]}, true
		}
	}
	return twin{}, false
}

// differing is where two texts begin to differ, and how much of their ends is the same.
func differing(a, b string) (begin, behind int) {
	shorter := min(len(a), len(b))
	for begin < shorter && a[begin] == b[begin] {
		begin++
	}
	for behind < shorter-begin && a[len(a)-1-behind] == b[len(b)-1-behind] {
		behind++
	}
	return begin, behind
}

// twinName is how a function with that bug is called; with none of them it is 0.
func twinName(f *ast.FuncDecl, number int) string {
	return fmt.Sprintf("planted%d%s", number, f.Name.Name)
}

// withTwins is the file with twins: each of their functions has another name there, and who calls it by its own comes to the
// one that has the bug of the hour.
func (s *source) withTwins(twins []twin) string {
	byFunction := map[*ast.FuncDecl][]twin{}
	for _, t := range twins {
		byFunction[t.of] = append(byFunction[t.of], t)
	}
	var text strings.Builder
	written := 0
	for _, d := range s.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || byFunction[f] == nil {
			continue
		}
		text.WriteString(s.text[written:s.at(f.Name.Pos())] + twinName(f, 0) + s.text[s.at(f.Name.End()):s.at(f.End())])
		text.WriteString("\n\n" + s.crossroads(f, byFunction[f]))
		for _, t := range byFunction[f] {
			text.WriteString("\n" + t.text + "\n")
		}
		written = s.at(f.End())
	}
	return text.String() + s.text[written:]
}

// crossroads is the function by its own name: it calls one of the twins.
func (s *source) crossroads(f *ast.FuncDecl, twins []twin) string {
	var b strings.Builder
	who, types := "", ""
	b.WriteString("func ")
	if f.Recv != nil {
		fmt.Fprintf(&b, "(r %s) ", s.of(f.Recv.List[0].Type))
		who = "r."
	}
	b.WriteString(f.Name.Name)
	if f.Type.TypeParams != nil {
		b.WriteString(s.of(f.Type.TypeParams))
		types = "[" + strings.Join(namesOf(f.Type.TypeParams), ", ") + "]"
	}
	takes, gives := s.arguments(f.Type.Params)
	b.WriteString("(" + strings.Join(takes, ", ") + ")")
	answer := ""
	if f.Type.Results != nil {
		b.WriteString(" " + s.of(f.Type.Results))
		answer = "return "
	}
	b.WriteString(" {\n\tswitch plantedBug {\n")
	for _, t := range slices.Concat(twins, []twin{{of: f}}) {
		which := fmt.Sprintf("case \"%d\":", t.number)
		if t.number == 0 {
			which = "default:"
		}
		fmt.Fprintf(&b, "\t%s\n\t\t%s%s%s%s(%s)\n", which, answer, who, twinName(f, t.number), types, strings.Join(gives, ", "))
	}
	return b.String() + "\t}\n}\n"
}

// arguments are a function's parameters with names of our own, as they are taken and as they are given.
func (s *source) arguments(list *ast.FieldList) (takes, gives []string) {
	for _, field := range list.List {
		for range max(1, len(field.Names)) {
			name := fmt.Sprintf("a%d", len(takes))
			takes = append(takes, name+" "+s.of(field.Type))
			if _, many := field.Type.(*ast.Ellipsis); many {
				name += "..."
			}
			gives = append(gives, name)
		}
	}
	return takes, gives
}

func namesOf(list *ast.FieldList) (names []string) {
	for _, field := range list.List {
		for _, n := range field.Names {
			names = append(names, n.Name)
		}
	}
	return names
}
