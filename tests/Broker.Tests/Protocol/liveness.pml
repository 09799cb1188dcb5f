/* What must happen in the end: a job of one shot is completed once FAULTS faults have happened.

   A fault is the loss of a message, the death of a worker or of the Stitcher at any step, or one
   fall-back of Redis to what it last wrote to disk. A delivery is acknowledged at once, which is
   the worst case: whoever dies afterwards takes the message along.

   Mutants take one repair away; spin must find the job that stands still for ever:
     NO_RESEND   the Broker does not send a lost ticket or stitch order again
     NO_EXPIRY   a lease does not end with its holder                                           */
#ifndef FAULTS
#define FAULTS 2
#endif
#define READY     0
#define RENDERING 1
#define DONE      2
#define RUNNING   0
#define STITCHING 1
#define COMPLETED 2
#define MAY_DIE   if :: faults < FAULTS -> faults++; busy = false; goto idle :: true fi
#define MAY_FAIL  if :: faults < FAULTS -> faults++; goto idle :: true fi

bool ticketRow = true, stitchRow;       /* Redis: the outbox */
byte shot, job;                         /* Redis: the states */
bool ticketRowDisk = true, stitchRowDisk; byte shotDisk, jobDisk;
bool ticket, order;                     /* RabbitMQ; a second copy changes nothing */
bool accepted, filmed;                  /* the store */
bool busy;                              /* a worker is alive and renders */
byte faults; bool written, rolledBack;

active proctype Worker() {
idle: do
  :: atomic { ticket -> ticket = false;
       if :: shot == READY -> shot = RENDERING; busy = true :: else -> goto idle fi };
     MAY_DIE;
     accepted = true;
     MAY_DIE;
     atomic {
       if
       :: shot != DONE -> shot = DONE;
          if :: job == RUNNING -> job = STITCHING; stitchRow = true :: else fi
       :: else
       fi;
       busy = false }
  od }

active proctype Stitcher() {
idle: do
  :: atomic { order -> order = false; if :: job == STITCHING -> skip :: else -> goto idle fi };
     MAY_FAIL;
     filmed = true;
     MAY_FAIL;
     atomic { if :: job == STITCHING -> job = COMPLETED :: else fi }
  od }

active proctype Relay() {
  do
  :: atomic { ticketRow -> ticket = true; ticketRow = false }
  :: atomic { stitchRow -> order = true; stitchRow = false }
  od }

active proctype Sweeper() {
  do
#ifndef NO_EXPIRY
  :: atomic { shot == RENDERING && !busy -> shot = READY; ticketRow = true }
#endif
#ifndef NO_RESEND
  :: atomic { shot == READY && !ticketRow && !ticket -> ticketRow = true }
  :: atomic { job == STITCHING && !stitchRow && !order -> stitchRow = true }
#endif
  :: atomic { accepted && shot != DONE && !busy -> shot = DONE;
       if :: job == RUNNING -> job = STITCHING; stitchRow = true :: else fi }
  :: atomic { filmed && job == STITCHING -> job = COMPLETED }
  od }

active proctype World() {
  do
  :: atomic { ticket && faults < FAULTS -> faults++; ticket = false }
  :: atomic { order && faults < FAULTS -> faults++; order = false }
  :: atomic { !written -> written = true;
       ticketRowDisk = ticketRow; stitchRowDisk = stitchRow; shotDisk = shot; jobDisk = job }
  :: atomic { written && !rolledBack -> rolledBack = true;
       ticketRow = ticketRowDisk; stitchRow = stitchRowDisk; shot = shotDisk; job = jobDisk }
  od }

/* Makes every run infinite: without it spin overlooks jobs that stand still. */
active proctype Clock() { bit tick; do :: tick = !tick od }

ltl completed { <>[] (filmed && job == COMPLETED) }
