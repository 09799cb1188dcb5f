/* What must never happen to a job of two shots, whatever fails and whenever.

   One script on Redis is one atomic step. Messages are hints only: they may be lost, doubled, late
   and out of order, so a worker may claim any ready shot, and the Stitcher may stitch, at any time.
   Processes die between any two steps, as often as they like; a lease may end while its holder
   still renders. Redis may fall back to what it last wrote to disk, ROLLBACKS times. Each shot has
   ATTEMPTS attempts.

   Mutants take one safeguard away; spin must find what it was good for:
     ANY_CLIP_WINS      a commit record is written over
     COUNTED_ATTEMPTS   attempts are numbered by Redis rather than named once and for all
     REDIS_DECIDES      Redis alone says which clip counts; there is no commit record
     COUNTED_TWICE      the shots that are left are counted down without a look at the shot
     ANY_REEL_WINS      a film's record is written over                                        */
#ifndef ATTEMPTS
#define ATTEMPTS 2
#endif
#ifndef ROLLBACKS
#define ROLLBACKS 1
#endif
#define READY     0
#define RENDERING 1
#define DONE      2
#define RUNNING   0
#define STITCHING 1
#define COMPLETED 2
#define MAY_DIE   if :: goto died :: true fi

typedef Ledger { byte shot[2]; byte attempt[2]; byte count[2]; byte left; byte job };
Ledger now;                     /* Redis */
Ledger disk;                    /* what it finds when it starts again */
bool clip[8];                   /* the store: clips, by shot * 4 + attempt */
byte accepted[2];               /* the store: the attempt that each commit record names */
bool filmed; byte film[2];      /* the store: the film's record, and the attempts it shows */
bool filmedTwice;
byte named[2];                  /* attempts begun */
byte rollbacks;

inline finish(s, a) {
  now.shot[s] = DONE; now.attempt[s] = a; now.left--;
  if :: now.left == 0 && now.job == RUNNING -> now.job = STITCHING :: else fi
}

proctype Worker() { byte s, a;
end: do
  :: atomic {                                                          /* claim */
       if
       :: now.shot[0] == READY && named[0] < ATTEMPTS -> s = 0
       :: now.shot[1] == READY && named[1] < ATTEMPTS -> s = 1
       fi;
       named[s]++;
#ifdef COUNTED_ATTEMPTS
       now.count[s]++; a = now.count[s];
#else
       a = named[s];
#endif
       now.shot[s] = RENDERING; now.attempt[s] = a };
     MAY_DIE;
     atomic { assert(accepted[s] != a);        /* the bytes of an accepted clip never change */
              clip[s * 4 + a] = true };                                /* upload */
     MAY_DIE;
#ifdef REDIS_DECIDES
     atomic { if :: now.shot[s] == RENDERING && now.attempt[s] == a ->
                    accepted[s] = a; finish(s, a)
                 :: else fi };
#else
#ifdef ANY_CLIP_WINS
     accepted[s] = a;
#else
     atomic { if :: accepted[s] == 0 -> accepted[s] = a :: else fi };  /* PUT, if absent */
#endif
     MAY_DIE;
#ifdef COUNTED_TWICE
     atomic { now.shot[s] = DONE; now.attempt[s] = accepted[s];
              if :: now.left > 0 -> now.left-- :: else fi;
              if :: now.left == 0 && now.job == RUNNING -> now.job = STITCHING :: else fi };
#else
     atomic { if :: now.shot[s] != DONE -> finish(s, accepted[s]) :: else fi };   /* report */
#endif
#endif
died: atomic { s = 0; a = 0 }
  od }

proctype Stitcher() { byte first, second;
end: do
  :: atomic { now.job == STITCHING ->
#ifdef REDIS_DECIDES
       first = now.attempt[0]; second = now.attempt[1];
#else
       first = accepted[0]; second = accepted[1];
#endif
       assert(first && second);                                /* no shot is missing */
       assert(clip[first] && clip[4 + second]) };              /* and each has its clip */
     MAY_DIE;
#ifdef ANY_REEL_WINS
     atomic { filmedTwice = filmed; filmed = true; film[0] = first; film[1] = second };
#else
     atomic { if :: !filmed -> filmed = true; film[0] = first; film[1] = second :: else fi };
#endif
     MAY_DIE;
     atomic { if :: now.job == STITCHING -> now.job = COMPLETED :: else fi };
died: atomic { first = 0; second = 0 }
  od }

proctype Sweeper() {
end: do
  :: atomic { now.shot[0] == RENDERING -> now.shot[0] = READY; now.attempt[0] = 0 }
  :: atomic { now.shot[1] == RENDERING -> now.shot[1] = READY; now.attempt[1] = 0 }
  :: atomic { accepted[0] && now.shot[0] != DONE -> finish(0, accepted[0]) }
  :: atomic { accepted[1] && now.shot[1] != DONE -> finish(1, accepted[1]) }
  :: atomic { filmed && now.job == STITCHING -> now.job = COMPLETED }
  od }

proctype Redis() {
end: do
  :: atomic { disk.shot[0] = now.shot[0]; disk.attempt[0] = now.attempt[0];
              disk.shot[1] = now.shot[1]; disk.attempt[1] = now.attempt[1];
              disk.count[0] = now.count[0]; disk.count[1] = now.count[1];
              disk.left = now.left; disk.job = now.job }
  :: atomic { rollbacks < ROLLBACKS -> rollbacks++;
              now.shot[0] = disk.shot[0]; now.attempt[0] = disk.attempt[0];
              now.shot[1] = disk.shot[1]; now.attempt[1] = disk.attempt[1];
              now.count[0] = disk.count[0]; now.count[1] = disk.count[1];
              now.left = disk.left; now.job = disk.job }
  od }

#define SOUND ( !filmedTwice \
  && (!filmed || (film[0] == accepted[0] && film[1] == accepted[1])) \
  && (!accepted[0] || clip[accepted[0]]) && (!accepted[1] || clip[4 + accepted[1]]) \
  && (now.left == (now.shot[0] != DONE) + (now.shot[1] != DONE)) \
  && (now.job == RUNNING || now.left == 0) && (now.job != COMPLETED || filmed) \
  && (now.shot[0] != DONE || accepted[0]) && (now.shot[1] != DONE || accepted[1]) )

proctype Auditor() {
end: atomic { !SOUND -> assert(SOUND) }
}

init { atomic { now.left = 2; disk.left = 2;
  run Worker(); run Worker(); run Stitcher(); run Sweeper(); run Redis(); run Auditor() } }
