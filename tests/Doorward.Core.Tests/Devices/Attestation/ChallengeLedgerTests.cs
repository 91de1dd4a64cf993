using System.Security.Cryptography;
using Doorward.Core.Devices.Attestation;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Core.Tests.Devices.Attestation;

public sealed class ChallengeLedgerTests
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 8, 0, 0, TimeSpan.Zero));

    [Fact]
    public void A_challenge_is_answered_once()
    {
        var ledger = new ChallengeLedger(_time);
        var nonce = ledger.Issue("laptop");

        Assert.True(ledger.Redeem("laptop", nonce).IsProven);
        Assert.Equal(AttestationFault.Nonce, Refused(ledger.Redeem("laptop", nonce)));
    }

    [Fact]
    public async Task Of_a_hundred_answers_at_once_one_is_looked_at()
    {
        var ledger = new ChallengeLedger(_time);
        var nonce = ledger.Issue("laptop");
        using var start = new Barrier(4);

        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            start.SignalAndWait();
            return Enumerable.Range(0, 25).Count(_ => ledger.Redeem("laptop", nonce).IsProven);
        })));

        Assert.Equal(1, answers.Sum());
    }

    [Fact]
    public void A_challenge_is_good_for_a_minute()
    {
        var ledger = new ChallengeLedger(_time);
        var (inTime, late) = (ledger.Issue("laptop"), ledger.Issue("laptop"));

        _time.Advance(ChallengeLedger.Lifetime);
        Assert.True(ledger.Redeem("laptop", inTime).IsProven);
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(AttestationFault.Stale, Refused(ledger.Redeem("laptop", late)));
    }

    [Fact]
    public void A_wall_clock_that_was_set_ahead_makes_it_stale_too()
    {
        var ledger = new ChallengeLedger(_time);
        var nonce = ledger.Issue("laptop");

        _time.AdjustTime(_time.GetUtcNow().AddHours(1));

        Assert.Equal(AttestationFault.Stale, Refused(ledger.Redeem("laptop", nonce)));
    }

    [Fact]
    public void Another_device_cannot_answer_and_ends_the_challenge()
    {
        var ledger = new ChallengeLedger(_time);
        var nonce = ledger.Issue("laptop");

        Assert.Equal(AttestationFault.Nonce, Refused(ledger.Redeem("other", nonce)));
        Assert.Equal(AttestationFault.Nonce, Refused(ledger.Redeem("laptop", nonce)));
    }

    [Fact]
    public void What_nobody_asked_is_no_answer()
    {
        var ledger = new ChallengeLedger(_time);

        Assert.Equal(AttestationFault.Nonce, Refused(ledger.Redeem("laptop", RandomNumberGenerator.GetBytes(32))));
        Assert.Equal(AttestationFault.Nonce, Refused(ledger.Redeem("laptop", [])));
    }

    [Fact]
    public void Beyond_its_capacity_the_oldest_is_forgotten()
    {
        var ledger = new ChallengeLedger(_time, capacity: 2);
        var (oldest, second, newest) = (ledger.Issue("a"), ledger.Issue("b"), ledger.Issue("c"));

        Assert.False(ledger.Redeem("a", oldest).IsProven);
        Assert.True(ledger.Redeem("b", second).IsProven);
        Assert.True(ledger.Redeem("c", newest).IsProven);
    }

    private static AttestationFault Refused(AttestationVerdict verdict)
    {
        Assert.False(verdict.IsProven);
        return verdict.Fault;
    }
}
