#!/usr/bin/env bash
# The paper's loop on simulated people, through the real server: a first wave collects ratings, a preference model learns
# from them, a second wave compares conditions, and two controls must show nothing. Writes docs/experiment.md.
#
#   scripts/experiment.sh CONCORD NULL-STUDIES
#
# What is done is kept in EXPERIMENT_DATA (.data-experiment): stopped at any point, it goes on there when started again.
# Sizes: EXPERIMENT_TRAIN, EXPERIMENT_TEST, EXPERIMENT_COMPARE, EXPERIMENT_CONTROL groups, EXPERIMENT_CANDIDATES drawn per
# statement, EXPERIMENT_SEED.
set -euo pipefail

concord=$1
null_studies=$2
train=${EXPERIMENT_TRAIN:-32}
test=${EXPERIMENT_TEST:-6}
compare=${EXPERIMENT_COMPARE:-20}
control=${EXPERIMENT_CONTROL:-8}
candidates=${EXPERIMENT_CANDIDATES:-8}
seed=${EXPERIMENT_SEED:-1}
export CONCORD_DATA=${EXPERIMENT_DATA:-.data-experiment}
page=${EXPERIMENT_PAGE:-docs/experiment.md}
mkdir -p "$CONCORD_DATA"

started=$(date +%s)
server=
stop() { [[ -z $server ]] || { kill "$server" 2>/dev/null && wait "$server" 2>/dev/null; } || true; }
trap stop EXIT

"$concord" questions import Examples/questions.csv --set examples
"$concord" serve --port 0 >"$CONCORD_DATA/serve.log" 2>&1 &
server=$!
until url=$(sed -nE 's/^Concord is listening on (.*)$/\1/p' "$CONCORD_DATA/serve.log") && [[ -n $url ]]; do
    kill -0 "$server" 2>/dev/null || { cat "$CONCORD_DATA/serve.log" >&2; exit 1; }
    sleep 0.2
done

# study NAME SPLIT ROUNDS, the rest of the file on standard input: makes it and opens it.
study() {
    local file=$CONCORD_DATA/$1.yml
    { cat <<YAML
name: $1
title: Finding common ground
minutes: 15
questions: {set: examples, split: $2}
rounds: $3
groups: {size: 4, minimum: 4}
opinion: {minimum_words: 10, maximum_characters: 3000}
time_limits: {lobby_minutes: 600, opinions_minutes: 600, drafting_minutes: 600, ratings_minutes: 600}
texts:
  consent: [Simulated people take part in this study.]
  instructions: [Say what you think and rate what is made of it.]
  debriefing: [Some statements were written without some people's opinions.]
completion: {code: SIMULATED}
YAML
      cat; } >"$file"
    "$concord" study create "$file" --if-missing
    "$concord" study open "$1"
}

# people NAME GROUPS: sends simulated people, five groups at a time, until so many groups have finished.
people() {
    local finished now
    while finished=$("$concord" study show "$1" --synthetic --json |
                     python3 -c 'import json, sys; print(sum(arm["finished"] for arm in json.load(sys.stdin)["arms"]))')
          (( finished < $2 )); do
        echo "==> $1: $finished of $2 groups"
        now=$(($2 - finished < 5 ? $2 - finished : 5))
        "$concord" simulate --study "$1" --participants $((4 * now)) --url "$url" \
            --seed $((seed * 1000003 + $(cksum <<<"$1" | cut -d' ' -f1) % 1000 * 1000 + finished)) --patience 36000
    done
}

echo "==> First wave: ratings of few-shot statements"
for wave in "wave-1 train $train 3" "wave-1-validation validation $test 2" "wave-1-iid iid_test $test 2" \
            "wave-1-ood ood_test $test 2"; do
    read -r name split groups rounds <<<"$wave"
    study "$name" "$split" "$rounds" <<YAML
conditions:
  - {name: few-shot, source: model, prompt: few-shot, candidates: $candidates, statements: 4, select: random}
YAML
    people "$name" "$groups"
done

echo "==> The preference model"
evaluation=$CONCORD_DATA/evaluation.txt
if [[ ! -s $evaluation ]]; then
    "$concord" model train-reward agreement --study wave-1
    "$concord" model evaluate agreement@1 --study wave-1-validation --study wave-1-iid --study wave-1-ood >"$evaluation.partial"
    mv "$evaluation.partial" "$evaluation"
fi
cat "$evaluation"

echo "==> Second wave: conditions compared"
study wave-2 iid_test 2 <<YAML
preference_model: agreement@1
force_preference_model: true
conditions:
  - {name: zero-shot, source: model, prompt: zero-shot, candidates: $candidates, select: random}
  - {name: few-shot, source: model, prompt: few-shot, candidates: $candidates, select: random}
  - {name: few-shot-utilitarian, source: model, prompt: few-shot, candidates: $candidates, select: welfare, alpha: 0}
  - {name: few-shot-rawlsian, source: model, prompt: few-shot, candidates: $candidates, select: welfare, alpha: inf}
  - {name: human-opinion, source: human-opinion}
  - {name: few-shot-exclusion, source: model, prompt: few-shot, candidates: $candidates, select: random, exclude: 1}
YAML
people wave-2 "$compare"

echo "==> Controls: the same condition under two names, and texts that are all the same"
study control-same-condition iid_test 2 <<YAML
conditions:
  - {name: a, source: model, prompt: few-shot, candidates: 2, select: first}
  - {name: a-again, source: model, prompt: few-shot, candidates: 2, select: first}
YAML
people control-same-condition "$control"
greedy="{temperature: 0, top_p: 1, min_p: 0, maximum_tokens: 160, stop: [\"\\n\"]}"
study control-same-texts iid_test 2 <<YAML
conditions:
  - {name: one, source: model, prompt: few-shot, candidates: 1, sampling: $greedy}
  - {name: two, source: model, prompt: few-shot, candidates: 1, sampling: $greedy}
  - {name: three, source: model, prompt: few-shot, candidates: 1, sampling: $greedy}
YAML
people control-same-texts "$control"

minutes=$(( ($(date +%s) - started + 59) / 60 ))
reason="All groups of the experiment have finished."
section() { printf '\n## %s\n\n%s\n\n```\n' "$1" "$2"; cat; printf '```\n'; }
{
    cat <<MARKDOWN
# The paper's loop on simulated people

\`make experiment\` wrote this page. Simulated people went through the real server with the real model; nothing here is
about real people. Their rating rule reads a statement by its words alone and shares nothing with the preference model's
features. Seed $seed; groups of 4; $train groups to train on, $test per split to evaluate on, $compare to compare
conditions, $control per control; $candidates candidates per statement; this run took $minutes minutes.

Intervals are 95 %, by a bootstrap over groups. A win is a member-round in which a member agreed more with one condition's
statement than with the other's; a tie counts one half. The exclusion effect is a difference of differences: (full minus
exclusion twin among members who were left out) minus (the same among those who were not).
MARKDOWN
    section "The preference model" "Trained on the first wave, evaluated on questions and groups that it has not seen. The
statement mean is what the other members gave the same statement, which no selection could know." <"$evaluation"
    "$concord" report --study wave-2 --uncover "$reason" |
        section "Conditions compared" "Unseen questions on known topics (\`iid_test\`)."
    "$concord" report --study control-same-condition --uncover "$reason" |
        section "Control: the same condition under two names" "Both differences should be near nothing."
    "$concord" report --study control-same-texts --uncover "$reason" |
        section "Control: conditions that show the same texts" "Drawn without chance, so that all three are one text. Malformed statements are left out, as in every report."
    "$null_studies" Examples/questions.csv |
        section "How often such intervals find something in nothing" "About 5 in 100 should."
} >"$page.partial"
mv "$page.partial" "$page"
cat "$page"
echo "==> Wrote $page"
