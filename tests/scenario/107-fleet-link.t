#!/usr/bin/env bash
# ration-link by itself: with no database, with a standby, with a server that begins an answer and does not end it. Who asks again at
# once is never answered in a circle, and one connection that waits never holds the other one up.
source "$(dirname "$0")/../support/scenario.sh"
[[ -x $build/ration-link ]] || skip_all "built without libpq"

# What it is asked and how it answers, as include/ration/link_frame.h says, and as much of PostgreSQL's protocol as libpq needs.
cat >"$dir/link.pl" <<'PERL'
use strict;
use warnings;
use IO::Select;
use IO::Socket::INET;
use POSIX ();
use Socket;
use Time::HiRes qw(clock_gettime CLOCK_MONOTONIC);

my ($program, $header, $way) = @ARGV;
my ($next, %number, %name) = (0);
open my $file, '<', $header or die;
while (<$file>) {
    next unless /^    (LINK_\w+)( = LINK_CALLS)?,?\s*(?:\/\/|$)/;
    $next = $number{LINK_CALLS} if $2;
    $number{$1} = $next++;
}
%name = map { $number{$_} => $_ } grep { /ROWS|REFUSED|LOST/ } keys %number;

my $listener = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 8) or die;
my $port = $listener->sockport;
close $listener if $way eq 'away';
$^F = 20;
socketpair my $own, my $other, AF_UNIX, SOCK_STREAM, 0 or die;
my $link = fork // die;
if ($link == 0) {
    my $moved = POSIX::dup(fileno $other);
    close $own;
    close $listener if $way ne 'away';
    POSIX::dup2($moved, 3) or die;
    exec $program;
}
close $other;

sub frame { # CALL NUMBER VALUE…
    my ($call, $number, @value) = @_;
    my $body = join '', map { pack('L', length) . $_ } @value;
    syswrite $own, pack('LLLLQ', length $body, $number{$call}, 0, scalar @value, $number) . $body;
}

# ---- the server ----
sub message { pack('a1N', $_[0], 4 + length $_[1]) . $_[1] }
my $ready = message(Z => 'I');
my $rows = message(1 => '') . message(2 => '') . message(T => pack('nZ*NnNnNn', 1, 'x', 0, 0, 25, 65535, 4294967295, 0))
    . message(D => pack('nN/a*', 1, 'row')) . message(C => "SELECT 1\0");
sub failure { message(E => "SERROR\0VERROR\0C$_[0]\0Mwords\0\0") }
my %says = (
    standby => failure('25006') . $ready,
    commit => $rows . failure('RA001') . $ready,
    half => $rows,
    whole => $rows . $ready,
);
my (%client, $connections);
sub serve {
    my ($socket) = @_;
    my $n = sysread $socket, my $bytes, 65536;
    if (!$n) {
        delete $client{$socket};
        return 0;
    }
    my $client = $client{$socket};
    $client->{in} .= $bytes;
    if (!$client->{started} && length $client->{in} >= 4 && length $client->{in} >= unpack 'N', $client->{in}) {
        substr $client->{in}, 0, unpack('N', $client->{in}), '';
        $client->{started} = 1;
        syswrite $socket, message(R => pack 'N', 0) . $ready;
    }
    while ($client->{started} && length $client->{in} >= 5 && length $client->{in} > unpack 'x1N', $client->{in}) {
        my $message = substr $client->{in}, 0, 1 + unpack('x1N', $client->{in}), '';
        # Ticks are always answered.
        $client->{tick} = 1 if $message =~ /tick_1/;
        syswrite $socket, $client->{tick} ? $says{whole} : $says{$way} if $message =~ /^S/;
    }
    return 1;
}

# ---- the questions ----
my ($in, $begin, %answers, %why, @order) = ('', clock_gettime(CLOCK_MONOTONIC));
my @tick = ('00000000-0000-0000-0000-000000000001', 1, 0, ('{}') x 5);
sub again { $_[0] eq 'tick' ? frame(LINK_TICK => 1, @tick) : frame(LINK_HOLDS => 2, $tick[0]) }
frame(LINK_CONNECT => 0, "host=127.0.0.1 port=$port user=u dbname=d sslmode=disable gssencmode=disable");
again($_) for $way eq 'away' || $way eq 'half' ? qw(tick holds) : 'holds';
my $most = $way eq 'away' || $way eq 'standby' ? 6 : 1;
my $select = IO::Select->new($own, $way ne 'away' ? $listener : ());
while (($answers{holds} // 0) < $most) {
    my @can = $select->can_read(60) or last;
    for my $socket (@can) {
        if ($way ne 'away' && $socket == $listener) {
            my $client = $listener->accept;
            $client{$client} = { in => '' };
            $select->add($client);
            $connections++;
        } elsif ($socket != $own) {
            serve($socket) or $select->remove($socket);
        } elsif (!sysread $own, $in, 65536, length $in) {
            print "ended\n";
            exit 1;
        }
    }
    while (length $in >= 24 && length $in >= 24 + unpack 'L', $in) {
        my ($size, $kind, undef, undef, $number) = unpack 'LLLLQ', $in;
        my $body = substr substr($in, 0, 24 + $size, ''), 24;
        my $lane = $number == 1 ? 'tick' : 'holds';
        $answers{$lane}++;
        $why{$1}++ if substr($body, 4) =~ /(words|no answer in time|onnection refused)/;
        push @order, "$lane $name{$kind}" if !@order || $order[-1] ne "$lane $name{$kind}";
        again($lane) if $most > 1;
    }
}
my $took = clock_gettime(CLOCK_MONOTONIC) - $begin;
kill 'KILL', $link;
waitpid $link, 0;
printf "%d\n%.0f\n%s\n%d\n%s\n", $answers{holds} // 0, $took * 1000, join(', ', @order), $connections // 0, join ', ', sort keys %why;
PERL
# ask WAY: sets $count, $took (ms), $order, $connections and $why
ask() { { read -r count; read -r took; read -r order; read -r connections; read -r why; } < <(perl "$dir/link.pl" "$build/ration-link" "$root/include/ration/link_frame.h" "$1"); }

# Waits of 50, 100, 200, 400 and 800 ms at least stand between six attempts.
ask away
is "$count|$why" "6|onnection refused" "without a database each question is answered, and why"
holds "asked again at once it is answered as often as a connection is tried: six times in $took ms" "$took >= 1500"
ask standby
is "$order|$connections|$why" "holds LINK_LOST|6|words" "a standby takes connections, and refuses what is asked: that is asked again"
holds "and no faster: six times in $took ms" "$took >= 1500"
ask half
is "$order|$why" "tick LINK_ROWS, holds LINK_LOST|no answer in time" "an answer that does not end is lost after its time, and the other connection goes on meanwhile"
ask commit
is "$order" "holds LINK_REFUSED" "a commit that fails behind its rows is a refusal"
ask whole
is "$order" "holds LINK_ROWS" "and an answer is one"
finish
