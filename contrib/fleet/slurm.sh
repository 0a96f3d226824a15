#!/usr/bin/env bash
# Ten machines of a fleet as an array of Slurm: sbatch contrib/fleet/slurm.sh
# Each task has an output of its own on a shared file system, so that one that is requeued, on whatever node, goes on where it was.
#SBATCH --job-name=bios
#SBATCH --array=0-9
#SBATCH --cpus-per-task=2
#SBATCH --mem=2G
#SBATCH --requeue
#SBATCH --signal=B:TERM@330
#SBATCH --output=bios.%a.log
#SBATCH --open-mode=append
set -u
export RATION_FLEET='postgresql://ration@db.example/fleet?sslmode=verify-full' RATION_FLEET_NAME=bios
export RATION_INPUT=$HOME/bios/artists.csv RATION_PROMPT_FILE=$HOME/bios/prompt.txt
export RATION_OUTPUT=$HOME/bios/out.$SLURM_ARRAY_TASK_ID.jsonl
export RATION_REQUESTS_PER_MINUTE=5000 # of the account; the fleet shares them
export RATION_API_KEY_FILE=$HOME/.config/ration/api-key PGPASSFILE=$HOME/.pgpass RATION_PROGRESS=plain

ration run --resume &
pid=$!
# The time limit is near: what is in flight is finished, the rest goes to the others.
near=
trap 'near=1; kill -TERM "$pid"' TERM
while true; do
    wait "$pid"
    status=$?
    kill -0 "$pid" 2>/dev/null || break
done
# 3 by itself: the money is spent, or somebody has stopped the fleet. 4: a database that was away for 30 seconds at the start, say.
[[ $status -eq 4 || ( $status -eq 3 && -n $near ) ]] && scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
[[ $status -eq 1 ]] && status=0 # some artists failed for good; ration fleet status tells
exit "$status"
