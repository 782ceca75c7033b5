// CEL in Go: variables declared with their types, programs compiled once; a user is a map with an entry a column.
//
//	cel_go_peer CSV KINDS CONDITIONS USERS RUNS
package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"cel.dev/cel-go/cel"
)

type column struct {
	name, kind string
	optional   bool
}

var types = map[string]*cel.Type{
	"bool": cel.BoolType, "word": cel.StringType, "int": cel.IntType, "number": cel.DoubleType, "money": cel.DoubleType, "date": cel.StringType,
}

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func lines(path string) []string {
	return strings.Split(strings.TrimSpace(string(must(os.ReadFile(path)))), "\n")
}

func value(of column, text string) any {
	switch {
	case text == "" && of.optional:
		return nil
	case of.kind == "bool":
		return text == "true"
	case of.kind == "int":
		return must(strconv.ParseInt(text, 10, 64))
	case of.kind == "number" || of.kind == "money":
		return must(strconv.ParseFloat(text, 64))
	}
	return text
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, module := range info.Deps {
		if module.Path == "cel.dev/cel-go" {
			return strings.TrimPrefix(module.Version, "v")
		}
	}
	return "?"
}

func main() {
	var columns []column
	var options []cel.EnvOption
	for _, line := range lines(os.Args[2]) {
		words := strings.Fields(line)
		kind, optional := strings.CutSuffix(words[1], "?")
		of := types[kind]
		if optional {
			of = cel.NullableType(of)
		}
		columns = append(columns, column{words[0], kind, optional})
		options = append(options, cel.Variable(words[0], of))
	}
	env := must(cel.NewEnv(options...))
	var names []string
	var programs []cel.Program
	for _, line := range lines(os.Args[3]) {
		name, text, _ := strings.Cut(line, ": ")
		ast, issues := env.Compile(text)
		if issues.Err() != nil {
			log.Fatal(name, issues.Err())
		}
		names = append(names, name)
		programs = append(programs, must(env.Program(ast, cel.EvalOptions(cel.OptOptimize))))
	}
	count, runs := must(strconv.Atoi(os.Args[4])), must(strconv.Atoi(os.Args[5]))
	file := must(os.Open(os.Args[1]))
	reader := csv.NewReader(file)
	must(reader.Read())
	users := make([]map[string]any, count)
	for i := range users {
		user := map[string]any{}
		for c, text := range must(reader.Read()) {
			user[columns[c].name] = value(columns[c], text)
		}
		users[i] = user
	}

	counts := make(map[string]int)
	var seconds []float64
	for run := 0; run <= runs; run++ {
		for _, name := range names {
			counts[name] = 0
		}
		in := make([]int, len(programs))
		begin := time.Now()
		for _, user := range users {
			for i, program := range programs {
				holds, _, err := program.Eval(user)
				if err != nil {
					log.Fatal(names[i], err)
				}
				if holds.Value() == true {
					in[i]++
				}
			}
		}
		taken := time.Since(begin).Seconds()
		for i, name := range names {
			counts[name] = in[i]
		}
		if run > 0 {
			seconds = append(seconds, taken)
		}
	}
	form := "pass"
	if len(names) == 1 {
		form = "each"
	}
	said := must(json.Marshal(map[string]any{
		"engine": "CEL, cel-go", "version": version(), "form": form, "rows": count, "counts": counts, "seconds": seconds}))
	fmt.Println(string(said))
}
