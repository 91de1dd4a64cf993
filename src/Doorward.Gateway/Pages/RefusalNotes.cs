using System.Threading.Channels;
using Doorward.Core.Protocol;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;
using Doorward.Gateway.Routing;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Doorward.Gateway.Pages;

/// <summary>
/// Tells the control plane what was answered without a decision, so that an administrator can look its reference up. The notes wait
/// in memory while the control plane is away, the newest thousand of them; the log has them too.
/// </summary>
internal sealed partial class RefusalNotes(TimeProvider clock, ILogger<RefusalNotes> logger) : IReporter
{
    public const string Prefix = "ref_";
    public const int PerSource = 30;
    public const int OfNobody = 600;
    public const int OfPeople = 3_000;
    private const int MostWaiting = 1_000;
    private const int Batch = 200;
    private const int LongestPath = 500;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // Apart, so that a flood of nobody's never costs somebody signed in their reference.
    private readonly RefusalBudget _nobody = new(clock, PerSource, OfNobody);
    private readonly RefusalBudget _people = new(clock, PerSource, OfPeople);

    private readonly Channel<RefusedRequest> _notes = Channel.CreateBounded<RefusedRequest>(
        new BoundedChannelOptions(MostWaiting) { SingleReader = true, FullMode = BoundedChannelFullMode.DropOldest });

    public void Take(HttpContext context, Denial denial)
    {
        if (denial.Status < StatusCodes.Status400BadRequest || !denial.Reference.StartsWith(Prefix, StringComparison.Ordinal))
            return;
        var access = context.Features.Get<IAccessFeature>();
        var session = access?.Credential?.Session;
        var address = ClientAddress.Of(context);
        if (!(session is null ? _nobody.TryTake(ClientAddress.LineOf(address)) : _people.TryTake(session.Id)))
            return;
        var request = context.Features.Get<CanonicalRequest>();
        var application = access?.Application?.Name ?? request?.Route?.Name ?? "";

        // What an upstream did wrong has been said by the forwarder.
        if (denial.Detail is null && application.Length == 0)
            LogAtNoDoor(denial.Status, denial.Code, denial.Reference);
        else if (denial.Detail is null)
            LogRefused(application, denial.Status, denial.Code, denial.Reference);
        _notes.Writer.TryWrite(new RefusedRequest
        {
            Reference = denial.Reference,
            At = clock.GetUtcNow().ToTimestamp(),
            Status = denial.Status,
            Code = denial.Code,
            Told = denial.Summary,
            Detail = denial.Detail ?? "",
            Application = application,
            Host = request?.Host ?? "",
            Method = request?.Method ?? context.Request.Method ?? "",
            Path = request is null ? Cut(context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "") : Cut(request.Path.Length > 0 ? request.Path : request.Target.Raw),
            Address = address.ToString(),
            SessionId = session?.Id ?? access?.SessionEnd?.Session ?? "",
            SubjectId = session?.SubjectId ?? "",
        });
    }

    public async Task ReportAsync(Uplink uplink, CancellationToken stream)
    {
        while (await _notes.Reader.WaitToReadAsync(stream))
        {
            var refused = new Refused();
            while (refused.Requests.Count < Batch && _notes.Reader.TryRead(out var note))
                refused.Requests.Add(note);
            await uplink.SendAsync(new GatewayMessage { Refused = refused }, stream);
            await Task.Delay(Pause, clock, stream);
        }
    }

    public bool Take(ControlMessage message) => false;

    // What could not be read in one way only, or not at all, is shown as it came, cut at its query: it went nowhere.
    private static string Cut(string target)
    {
        var path = target.Split('?', 2)[0];
        return path.Length <= LongestPath ? path : path[..LongestPath];
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Application {Application}: answered {Status} {Code} ({Reference})")]
    private partial void LogRefused(string application, int status, string code, string reference);

    [LoggerMessage(Level = LogLevel.Information, Message = "No application: answered {Status} {Code} ({Reference})")]
    private partial void LogAtNoDoor(int status, string code, string reference);
}
