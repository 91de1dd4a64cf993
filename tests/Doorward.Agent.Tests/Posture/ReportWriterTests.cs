using System.Security.Cryptography;
using Doorward.Agent.Keys;
using Doorward.Agent.Posture;
using Doorward.Core.Devices.Posture;
using Doorward.Core.Protocol;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Posture;

public sealed class ReportWriterTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 26, 8, 0, 0, TimeSpan.Zero);
    private readonly string _directory = Directory.CreateTempSubdirectory("doorward-report-").FullName;
    private readonly FakeTimeProvider _time = new(Now);
    private readonly FileDeviceKey _key;
    private readonly byte[] _nonce = RandomNumberGenerator.GetBytes(32);

    public ReportWriterTests() => _key = FileDeviceKey.Create(Path.Combine(_directory, "key"), "machine");

    [Fact]
    public void The_first_report_says_all_and_the_next_what_changed()
    {
        using var tree = FixtureTree.Of("linux-pass", Now);
        using var worse = FixtureTree.Of("linux-fail", Now);
        var (good, bad) = (Collect(tree), Collect(worse));
        var writer = Writer();

        var whole = writer.Write(good, _nonce);
        var known = Verify(whole, DevicePosture.None);
        writer.Accepted();
        var none = writer.Write(good, _nonce);
        var same = Verify(none, known);
        writer.Accepted();
        var changed = writer.Write(good.SetItem(7, bad[7]), _nonce);
        var after = Verify(changed, same);

        Assert.Equal(FactNames.All.Length, Facts(whole).Count);
        Assert.Empty(Facts(none));
        Assert.Equal(FactNames.Firewall, Assert.Single(Facts(changed)).Name);
        Assert.All(same.Facts.Values, static fact => Assert.Equal(FactState.Pass, fact.State));
        Assert.Equal([FactNames.Firewall], after.Facts.Values.Where(static fact => fact.State == FactState.Fail).Select(static fact => fact.Name));
        Assert.InRange(none.Length, 1, 250);
        Assert.InRange(whole.Length, 1, 5_000);
    }

    [Fact]
    public void A_fact_that_was_read_earlier_says_when_and_says_so_anew_when_it_was_read_again()
    {
        using var tree = FixtureTree.Of("linux-pass", Now);
        var writer = Writer();
        var facts = Collect(tree);
        var kept = facts.SetItem(2, facts[2] with { Read = Now.AddMinutes(-10) });

        var known = Verify(writer.Write(kept, _nonce), DevicePosture.None);
        writer.Accepted();
        Assert.Equal(Now.AddMinutes(-10), known.Facts[facts[2].Name].Read);
        Assert.All(known.Facts.Values.Where(fact => fact.Name != facts[2].Name), static fact => Assert.Null(fact.Read));
        Assert.Empty(Facts(writer.Write(kept, _nonce)));
        writer.Accepted();
        Assert.Equal(Now.ToUnixTimeMilliseconds(), Assert.Single(Facts(writer.Write(facts.SetItem(2, facts[2] with { Read = Now }), _nonce))).Read);
    }

    [Fact]
    public void A_report_that_was_not_accepted_is_no_base_for_the_next()
    {
        using var tree = FixtureTree.Of("linux-pass", Now);
        var writer = Writer();
        var facts = Collect(tree);

        writer.Write(facts, _nonce);
        Assert.Equal(FactNames.All.Length, Facts(writer.Write(facts, _nonce)).Count);
        writer.Accepted();
        Assert.Empty(Facts(writer.Write(facts, _nonce)));
        writer.Forget();
        Assert.Equal(FactNames.All.Length, Facts(writer.Write(facts, _nonce)).Count);
    }

    [Fact]
    public void A_cloned_disk_is_known_by_the_number_that_both_machines_use()
    {
        using var tree = FixtureTree.Of("linux-pass", Now);
        var facts = Collect(tree);
        var known = Verify(Writer().Write(facts, _nonce), DevicePosture.None);
        File.Copy(Path.Combine(_directory, "sequence"), Path.Combine(_directory, "sequence-of-clone"));
        var (original, clone) = (Writer(), Writer("sequence-of-clone"));

        known = Verify(clone.Write(facts, _nonce), known);

        Assert.Equal(ReportFault.Forked, Assert.IsType<ReportVerdict.Refused>(Verdict(original.Write(facts, _nonce), known)).Fault);
    }

    [Fact]
    public void No_number_is_used_twice_whenever_it_starts_again_and_whichever_write_was_lost()
    {
        var path = Path.Combine(_directory, "sequence");
        var (used, before) = (new List<ulong>(), (byte[]?)null);
        for (var start = 0; start < 4; start++)
        {
            var sequence = new SequenceFile(path);
            for (ulong count = 0; count < SequenceFile.Block + 3; count++)
            {
                before = count == SequenceFile.Block - 1 ? File.ReadAllBytes(path) : before;
                used.Add(sequence.Next());
            }

            // The machine lost power, and with it the last write.
            File.WriteAllBytes(path, before!);
        }

        Assert.Equal(used.Distinct().Order(), used);
    }

    [Fact]
    public void A_file_of_numbers_that_holds_none_is_not_begun_anew()
    {
        PrivateFile.WriteNew(Path.Combine(_directory, "sequence"), "many"u8);

        Assert.Throws<DeviceKeyException>(() => new SequenceFile(Path.Combine(_directory, "sequence")).Next());
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    private ReportWriter Writer(string sequence = "sequence") => new("dev_mine", _key, new SequenceFile(Path.Combine(_directory, sequence)), _time);

    private static System.Collections.Immutable.ImmutableArray<PostureFact> Collect(FixtureTree tree) =>
        new PostureCollector(Machine.Recorded(PlatformKind.Linux, tree.Path, new FakeTimeProvider(Now))).Collect();

    private DevicePosture Verify(byte[] report, DevicePosture last) => Assert.IsType<ReportVerdict.Accepted>(Verdict(report, last)).Posture;

    private ReportVerdict Verdict(byte[] report, DevicePosture last) => ReportVerifier.Verify(report, new ReportExpectation
    {
        Device = "dev_mine",
        PublicKey = _key.PublicKey,
        Nonce = _nonce,
        Last = last,
        Now = _time.GetUtcNow(),
    });

    private static Google.Protobuf.Collections.RepeatedField<PostureReportFact> Facts(byte[] report) => PostureReport.Parser.ParseFrom(SignedPostureReport.Parser.ParseFrom(report).Report).Facts;
}
