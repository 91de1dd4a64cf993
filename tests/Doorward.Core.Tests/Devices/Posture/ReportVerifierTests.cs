using System.Collections.Immutable;
using System.Security.Cryptography;
using CsCheck;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Protocol;
using Google.Protobuf;
using State = Doorward.Core.Protocol.PostureReportFact.Types.State;

namespace Doorward.Core.Tests.Devices.Posture;

public sealed class ReportVerifierTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(32);

    [Fact]
    public void A_report_of_the_device_is_accepted_and_a_delta_adds_to_it()
    {
        var first = Accepted(Verify(Report(Fact(FactNames.Firewall, State.Pass), Fact(FactNames.Tpm, State.Fail))));
        var change = Report(Fact(FactNames.Firewall, State.Fail));
        (change.Sequence, change.Base) = (9, first.Posture.Sequence);
        var second = Accepted(Verify(change, first.Posture));

        Assert.Equal(FactState.Pass, first.Posture.Facts[FactNames.Firewall].State);
        Assert.Equal(FactState.Fail, second.Posture.Facts[FactNames.Firewall].State);
        Assert.Equal(FactState.Fail, second.Posture.Facts[FactNames.Tpm].State);
        Assert.Equal((9ul, Now), (second.Posture.Sequence, second.Posture.At));
    }

    [Fact]
    public void A_whole_report_leaves_nothing_of_the_one_before()
    {
        var first = Accepted(Verify(Report(Fact(FactNames.Firewall, State.Pass))));
        var whole = Report(Fact(FactNames.Tpm, State.Pass));
        whole.Sequence = 2;

        Assert.Equal([FactNames.Tpm], Accepted(Verify(whole, first.Posture)).Posture.Facts.Keys);
    }

    [Fact]
    public void A_report_that_nobody_signed_or_somebody_else_did_is_refused()
    {
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var bytes = Report().ToByteArray();

        Refused(ReportFault.Signature, Verifier(new SignedPostureReport { Report = ByteString.CopyFrom(bytes) }.ToByteArray()));
        Refused(ReportFault.Signature, Verifier(Sign(bytes, other)));
        // Without the prefix it is a signature over something else.
        var bare = new SignedPostureReport { Report = ByteString.CopyFrom(bytes), Signature = ByteString.CopyFrom(_key.SignData(bytes, HashAlgorithmName.SHA256)) };
        Refused(ReportFault.Signature, Verifier(bare.ToByteArray()));
    }

    [Fact]
    public void Any_changed_byte_is_refused()
    {
        var whole = Sign(Report(Fact(FactNames.Firewall, State.Fail)).ToByteArray(), _key);
        for (var at = 0; at < whole.Length; at++)
        {
            var changed = whole.ToArray();
            changed[at] ^= 1;
            Assert.IsType<ReportVerdict.Refused>(Verifier(changed));
        }
    }

    [Fact]
    public void A_report_about_another_device_is_refused() => Refused(ReportFault.OtherDevice, Verify(Report(report => report.Device = "dev_other")));

    [Fact]
    public void A_report_sent_again_or_to_no_nonce_is_refused()
    {
        var sent = Sign(Report().ToByteArray(), _key);

        Refused(ReportFault.Replayed, Verifier(sent, new DevicePosture { Sequence = 1 }, RandomNumberGenerator.GetBytes(32)));
        Refused(ReportFault.OtherNonce, Verifier(sent, nonce: RandomNumberGenerator.GetBytes(32)));
        Refused(ReportFault.OtherNonce, Verifier(Sign(Report(static report => report.Nonce = ByteString.Empty).ToByteArray(), _key), nonce: []));
    }

    [Theory]
    [InlineData(4ul, true)]
    [InlineData(5ul, true)]
    [InlineData(6ul, false)]
    [InlineData(5_000_000_000_000_000_000ul, false)]
    public void A_number_that_the_key_used_before_means_that_two_machines_have_it(ulong sequence, bool isForked)
    {
        var verdict = Verify(Report(report => report.Sequence = sequence), new DevicePosture { Sequence = 5 });

        Assert.Equal(isForked, verdict is ReportVerdict.Refused { Fault: ReportFault.Forked });
        Assert.Equal(!isForked, verdict is ReportVerdict.Accepted);
    }

    [Theory]
    [InlineData(61, ReportFault.Future)]
    [InlineData(4 * 3600, ReportFault.Future)]
    [InlineData(-61, ReportFault.Stale)]
    [InlineData(-4 * 3600, ReportFault.Stale)]
    [InlineData(60, null)]
    [InlineData(-60, null)]
    public void A_clock_may_be_off_by_a_minute(int seconds, ReportFault? fault) => Is(fault, Verify(Report(report => report.Time += seconds * 1000L)));

    [Theory]
    [InlineData(long.MaxValue, ReportFault.Future)]
    [InlineData(long.MinValue, ReportFault.Stale)]
    public void A_time_beyond_all_calendars_is_refused_like_any_other(long time, ReportFault fault) => Is(fault, Verify(Report(report => report.Time = time)));

    [Theory]
    [InlineData(4ul)]
    [InlineData(6ul)]
    public void Changes_to_another_report_than_the_last_are_refused(ulong to) =>
        Refused(ReportFault.OtherBase, Verify(Report(report => (report.Sequence, report.Base) = (7, to)), new DevicePosture { Sequence = 5 }));

    [Fact]
    public void Ten_megabytes_are_refused_before_they_are_read()
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Refused(ReportFault.TooLarge, Verifier(new byte[10 * 1024 * 1024]));
        Refused(ReportFault.TooLarge, Verifier(new byte[ReportFormat.Largest + 1]));
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 11 * 1024 * 1024);
    }

    [Fact]
    public void Facts_that_are_not_known_are_named_and_not_kept()
    {
        var accepted = Accepted(Verify(Report(Fact("quantumShield", State.Pass), Fact(FactNames.Tpm, State.Pass))));

        Assert.Equal(["quantumShield"], accepted.Ignored);
        Assert.Equal([FactNames.Tpm], accepted.Posture.Facts.Keys);
    }

    [Fact]
    public void A_fact_that_was_read_before_its_report_is_as_old_as_its_reading_by_our_clock()
    {
        var behind = Now.AddSeconds(-40).ToUnixTimeMilliseconds();
        var report = Report(ReadAt(FactNames.SecurityUpdates, behind - 600_000), ReadAt(FactNames.Tpm, behind + 600_000), ReadAt(FactNames.Firewall, 0), ReadAt(FactNames.SecureBoot, 1), ReadAt(FactNames.TimeSync, long.MinValue), ReadAt(FactNames.ScreenLock, long.MaxValue));
        report.Time = behind;
        var facts = Accepted(Verify(report)).Posture.Facts;

        Assert.Equal(Now.AddMinutes(-10), facts[FactNames.SecurityUpdates].Read);
        Assert.Equal((Now, Now), (facts[FactNames.Tpm].Read, facts[FactNames.ScreenLock].Read));
        Assert.Equal((null, null), (facts[FactNames.Firewall].Read, facts[FactNames.TimeSync].Read));
        Assert.True(facts[FactNames.SecureBoot].Read < DateTimeOffset.UnixEpoch.AddMinutes(1));

        // Reports that do not speak of it make it no newer.
        var next = Report();
        (next.Sequence, next.Base) = (2, 1);
        Assert.Equal(Now.AddMinutes(-10), Accepted(Verify(next, Accepted(Verify(report)).Posture)).Posture.Facts[FactNames.SecurityUpdates].Read);

        static PostureReportFact ReadAt(string name, long read) => new() { Name = name, State = State.Pass, Evidence = "as read", Source = "/proc", Read = read };
    }

    [Fact]
    public void A_state_that_is_not_known_is_unknown()
    {
        var accepted = Accepted(Verify(Report(Fact(FactNames.Tpm, (State)99))));

        Assert.Equal(FactState.Unknown, accepted.Posture.Facts[FactNames.Tpm].State);
    }

    [Fact]
    public void What_a_report_says_twice_or_too_long_or_hidden_is_refused_whole()
    {
        Refused(ReportFault.Malformed, Verify(Report(Fact(FactNames.Tpm, State.Pass), Fact(FactNames.Tpm, State.Fail))));
        Refused(ReportFault.Malformed, Verify(Report(Fact(FactNames.Tpm, State.Pass, new string('x', 301)))));
        Refused(ReportFault.Malformed, Verify(Report(Fact(FactNames.Tpm, State.Pass, "\u001b[2J"))));
        Refused(ReportFault.Malformed, Verify(Report(Fact(FactNames.Tpm, State.Pass, "\u202e"))));
        Refused(ReportFault.Malformed, Verify(Report([.. Enumerable.Range(0, 65).Select(static index => Fact($"fact{index}", State.Pass))])));
    }

    [Fact]
    public void Bytes_that_are_no_report_are_refused_and_nothing_throws() =>
        Gen.Byte.Array[0, 200].Sample(
            bytes => Verifier(bytes) is ReportVerdict.Refused && Verifier(Sign(bytes, _key)) is ReportVerdict.Refused, iter: 300);

    public void Dispose() => _key.Dispose();

    private static PostureReportFact Fact(string name, State state, string evidence = "as read") => new() { Name = name, State = state, Evidence = evidence, Source = "/proc" };

    private PostureReport Report(Action<PostureReport> change)
    {
        var report = Report();
        change(report);
        return report;
    }

    private PostureReport Report(params ReadOnlySpan<PostureReportFact> facts)
    {
        var report = new PostureReport { Device = "dev_mine", Nonce = ByteString.CopyFrom(_nonce), Sequence = 1, Time = Now.ToUnixTimeMilliseconds() };
        foreach (var fact in facts) report.Facts.Add(fact);
        return report;
    }

    private static byte[] Sign(byte[] report, ECDsa key) => new SignedPostureReport
    {
        Report = ByteString.CopyFrom(report),
        Signature = ByteString.CopyFrom(key.SignData(ReportFormat.ToBeSigned(report), HashAlgorithmName.SHA256)),
    }.ToByteArray();

    private ReportVerdict Verify(PostureReport report, DevicePosture? last = null) => Verifier(Sign(report.ToByteArray(), _key), last);

    private ReportVerdict Verifier(byte[] bytes, DevicePosture? last = null, byte[]? nonce = null) => ReportVerifier.Verify(bytes, new ReportExpectation
    {
        Device = "dev_mine",
        PublicKey = _key.ExportParameters(false),
        Nonce = nonce ?? _nonce,
        Last = last ?? DevicePosture.None,
        Now = Now,
    });

    private static ReportVerdict.Accepted Accepted(ReportVerdict verdict) => Assert.IsType<ReportVerdict.Accepted>(verdict);

    private static void Refused(ReportFault fault, ReportVerdict verdict) => Is(fault, verdict);

    private static void Is(ReportFault? fault, ReportVerdict verdict)
    {
        Assert.Equal(fault, (verdict as ReportVerdict.Refused)?.Fault);
        Assert.Equal(fault is null, verdict is ReportVerdict.Accepted);
    }
}
