using Doorward.Agent.Asking;
using Doorward.Agent.Control;
using Doorward.Agent.Running;
using Doorward.Agent.State;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Devices.Reports;
using Microsoft.Extensions.Time.Testing;

namespace Doorward.Agent.Tests.Running;

/// <summary>What whoever sits at the machine is told, by what was heard last.</summary>
public sealed class StatusTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero));
    private readonly AgentFolder _folder = new(Directory.CreateTempSubdirectory("doorward-status-").FullName);
    private readonly HealthWords _words;

    public StatusTests() => _words = new HealthWords(
        new AgentRecord { Device = "d1", Name = "laptop", KeyAssurance = "file", Auth = "https://auth.test", Agent = "https://agent.test", Root = "", Nonce = [], Key = new KeyPlace() }, _time);

    [Fact]
    public void A_socket_is_made_where_nobody_has_made_its_folder()
    {
        var path = Path.Join(_folder.Location, "run", "status");
        using var socket = LocalSocket.Listen(path, 1);
        Assert.True(File.Exists(path));
    }

    [Theory]
    [InlineData("green", 0)]
    [InlineData("yellow", 1)]
    [InlineData("red", 2)]
    public void The_control_planes_word_is_passed_on(string colour, int code)
    {
        Hear(Answer(colour));
        var (exit, said) = Status();
        Assert.Equal(code, exit);
        Assert.StartsWith($"{colour}  laptop (d1), key: file\n  The firewall is off.\n    Turn it on.\nlast report: 2026-11-26 12:00:00 UTC", said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_device_goes_by_the_name_that_it_was_given_since()
    {
        Hear(Answer("green"));
        Hear(new Heard<ReportAnswer>(new ReportAnswer { Sequence = 2, Nonce = [], Health = new DeviceHealth { Colour = "green", Reasons = [], Name = "alices-\u202Elaptop" } }, null, null));
        Assert.StartsWith("green  alices- laptop (d1)", Status().Said, StringComparison.Ordinal);
        Hear(new Heard<ReportAnswer>(null, null, "agent.test cannot be reached"));
        Assert.StartsWith("yellow  alices- laptop (d1)", Status().Said, StringComparison.Ordinal);
    }

    [Fact]
    public void Silence_is_yellow_while_the_last_report_counts_and_then_red()
    {
        Hear(Answer("green"));
        _time.Advance(TimeSpan.FromSeconds(74));
        Hear(new Heard<ReportAnswer>(null, null, "agent.test cannot be reached"));
        Assert.Equal(1, Status().Code);
        _time.Advance(TimeSpan.FromSeconds(1));
        Hear(new Heard<ReportAnswer>(null, null, "agent.test cannot be reached"));
        Assert.Equal(2, Status().Code);
        Assert.Contains("Nothing was reported since 2026-11-26 12:00:00 UTC: agent.test cannot be reached.", Status().Said, StringComparison.Ordinal);
    }

    [Fact]
    public void A_refusal_is_red_in_the_control_planes_words()
    {
        Hear(Answer("green"));
        Hear(new Heard<ReportAnswer>(null, new DeviceProblem("clock", "The clock of this machine is 3 hours ahead.", "Set it right."), null));
        var (code, said) = Status();
        Assert.Equal(2, code);
        Assert.Contains("  The clock of this machine is 3 hours ahead.\n    Set it right.", said, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_from_elsewhere_reach_the_terminal_as_words_alone()
    {
        Hear(new Heard<ReportAnswer>(null, new DeviceProblem("held", "Held:\e[2J\u202Enow.", "Ask."), null));
        Assert.Contains("  Held: [2J now.", Status().Said, StringComparison.Ordinal);
    }

    [Fact]
    public void An_agent_that_stopped_is_found_by_what_it_wrote_last_and_one_that_never_ran_has_said_nothing()
    {
        Assert.Equal(2, Status().Code);
        Hear(Answer("green"));
        _time.Advance(TimeSpan.FromSeconds(74));
        Assert.Equal(0, Status().Code);
        _time.Advance(TimeSpan.FromSeconds(1));
        var (code, said) = Status();
        Assert.Equal(2, code);
        Assert.Contains("The agent stopped at 2026-11-26 12:00:00 UTC.", said, StringComparison.Ordinal);

        // The clock was set back since.
        _time.AdjustTime(_time.GetUtcNow() - TimeSpan.FromHours(1));
        Assert.Equal(2, Status().Code);
    }

    [Fact]
    public async Task Whoever_asks_is_told_what_the_control_plane_says_now_and_without_an_answer_how_old_the_last_is()
    {
        Hear(Answer("green"));
        _time.Advance(TimeSpan.FromSeconds(12));
        using var ending = new CancellationTokenSource();
        var asked = 0;
        var heard = new TaskCompletionSource<Heard<DeviceHealth>>();
        var teller = new HealthTeller(_words, new HealthFile<AgentHealth>(_folder.HealthFile, AgentJson.Default.AgentHealth), _time, TextWriter.Null);
        var socket = new StatusSocket(_folder.StatusSocket, token => teller.AskAsync(() => { asked++; return heard.Task.WaitAsync(token); }, token), TextWriter.Null).RunAsync(ending.Token);

        // The control plane has no answer yet.
        Assert.Null(await StatusSocket.AskAsync(_folder.StatusSocket, TimeSpan.FromMilliseconds(200), TimeProvider.System));
        Assert.Contains("the control plane's word: 2026-11-26 12:00:00 UTC, 12 s old", new HealthFile<AgentHealth>(_folder.HealthFile, AgentJson.Default.AgentHealth).Read() is { } kept ? StatusCommand.Table(kept, _time.GetUtcNow()) : "", StringComparison.Ordinal);

        heard.SetResult(new Heard<DeviceHealth>(new DeviceHealth { Colour = "red", Reasons = [new HealthReason("The disk is not encrypted.", "Encrypt it.")] }, null, null));
        var (code, said) = await Task.Run(Status, TestContext.Current.CancellationToken);
        Assert.Equal(2, code);
        Assert.Contains("The disk is not encrypted.", said, StringComparison.Ordinal);
        Assert.Contains("last report: 2026-11-26 12:00:00 UTC\nthe control plane's word: 2026-11-26 12:00:12 UTC, 0 s old", said, StringComparison.Ordinal);

        // What a report was answered meanwhile is newer.
        await teller.ReportAsync(static () => Task.FromResult(Answer("yellow")), TestContext.Current.CancellationToken);
        Assert.Equal((1, 1), ((await Task.Run(Status, TestContext.Current.CancellationToken)).Code, asked));
        _time.Advance(TimeSpan.FromSeconds(1));

        // Asking often asks the control plane once a second.
        Assert.Equal((2, 2), ((await Task.Run(Status, TestContext.Current.CancellationToken)).Code, asked));
        Assert.Equal((2, 2), ((await Task.Run(Status, TestContext.Current.CancellationToken)).Code, asked));
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((2, 3), ((await Task.Run(Status, TestContext.Current.CancellationToken)).Code, asked));
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(_folder.StatusSocket).HasFlag(UnixFileMode.OtherWrite | UnixFileMode.OtherRead));
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => socket);
    }

    [Fact]
    public async Task A_key_that_is_away_is_told_and_ends_nothing()
    {
        Hear(Answer("green"));
        using var teller = new HealthTeller(_words, new HealthFile<AgentHealth>(_folder.HealthFile, AgentJson.Default.AgentHealth), _time, TextWriter.Null);
        var health = await teller.AskAsync(static () => throw new Doorward.Agent.Keys.DeviceKeyException("the TPM does not answer"), TestContext.Current.CancellationToken);
        Assert.Equal("yellow", health.Colour);
        Assert.Contains("the TPM does not answer", health.Reasons[0].What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_key_that_is_away_is_told_also_while_the_control_plane_answers_by_what_it_heard_before()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var teller = new HealthTeller(_words, new HealthFile<AgentHealth>(_folder.HealthFile, AgentJson.Default.AgentHealth), _time, TextWriter.Null);
        await teller.ReportAsync(static () => Task.FromResult(Answer("green")), cancel);
        await teller.ReportAsync(static () => throw new Doorward.Agent.Keys.DeviceKeyException("the TPM does not answer"), cancel);
        var health = await AskAsync();
        Assert.Equal("yellow", health.Colour);
        Assert.Contains("the TPM does not answer", health.Reasons[0].What, StringComparison.Ordinal);
        await teller.ReportAsync(static () => Task.FromResult(Answer("green")), cancel);
        Assert.Equal("green", (await AskAsync()).Colour);

        Task<AgentHealth> AskAsync()
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            return teller.AskAsync(static () => Task.FromResult(new Heard<DeviceHealth>(new DeviceHealth { Colour = "green", Reasons = [] }, null, null)), cancel);
        }
    }

    [Fact]
    public void Two_agents_with_one_key_are_not_let_run()
    {
        using var first = _folder.Lock();
        Assert.Throws<Doorward.Agent.Keys.DeviceKeyException>(() => _folder.Lock());
    }

    public void Dispose() => Directory.Delete(_folder.Location, recursive: true);

    private static Heard<ReportAnswer> Answer(string colour) => new(
        new ReportAnswer { Sequence = 1, Nonce = [], Health = new DeviceHealth { Colour = colour, Reasons = [new HealthReason("The firewall is off.", "Turn it on.")] } }, null, null);

    private void Hear(Heard<ReportAnswer> heard) => new HealthFile<AgentHealth>(_folder.HealthFile, AgentJson.Default.AgentHealth).Write(_words.Of(heard));

    private (int Code, string Said) Status()
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var code = AgentCommandLine.Run(["status", "--state", _folder.Location], TextReader.Null, output, errors, _time);
        return (code, output.ToString() + errors);
    }
}
