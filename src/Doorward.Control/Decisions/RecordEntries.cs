using Doorward.Control.Audit;
using Doorward.Control.Storage;
using Doorward.Core.Protocol;
using Record = Doorward.Core.Protocol.Record;

namespace Doorward.Control.Decisions;

/// <summary>A gateway's records in the words of the database and of the audit log.</summary>
internal static class RecordEntries
{
    private const int MostListed = 100;

    public static DecisionEntry ToDecision(string gateway, Record record)
    {
        var decision = record.Decision;
        return new DecisionEntry
        {
            Id = decision.Id,
            Gateway = gateway,
            At = At(record) ?? DateTimeOffset.UnixEpoch,
            Allowed = decision.Decision == "allow",
            Cause = decision.Cause,
            SessionId = Given(decision.SessionId),
            SubjectId = Given(decision.SubjectId),
            Application = decision.Application,
            Action = decision.Action,
            GrantId = Given(decision.GrantId),
            Reasons = [.. decision.Reasons],
            Errors = [.. decision.Errors],
            ReportOnly = [.. decision.ReportOnly],
            PolicyRevision = decision.PolicyRevision,
            Revision = decision.Revision,
            InputHash = decision.InputHash.Length == 0 ? null : decision.InputHash.ToByteArray(),
            MomentJson = Given(decision.MomentJson),
            Address = Given(decision.Address),
            RemediesJson = Given(decision.RemediesJson),
            Told = Given(decision.Told),
            By = Given(decision.By),
        };
    }

    public static AuditRecord Of(string gateway, Record record) => record.KindCase switch
    {
        Record.KindOneofCase.Decision => Decision(gateway, record, record.Decision),
        Record.KindOneofCase.Count => Count(gateway, record, record.Count),
        Record.KindOneofCase.Cut => Cut(gateway, record, record.Cut),
        _ => new AuditRecord { Kind = AuditKind.Audit, Actor = gateway, Action = "record.unknown", Outcome = "failed", Time = At(record) },
    };

    private static AuditRecord Decision(string gateway, Record record, DecisionRecord decision) => new()
    {
        Kind = AuditKind.Decision,
        Actor = Named(decision.SubjectId, "anonymous"),
        Action = $"access.{Named(decision.Action, "none")}",
        Target = decision.Application,
        Outcome = decision.Decision == "allow" ? "allowed" : "denied",
        Reference = Given(decision.Id),
        Time = At(record),
        Details = new Dictionary<string, AuditValue>
        {
            ["gateway"] = gateway,
            ["cause"] = decision.Cause,
            ["session"] = Given(decision.SessionId),
            ["grant"] = Given(decision.GrantId),
            ["policies"] = AuditValue.List(decision.Reasons.Take(MostListed)),
            ["policyRevision"] = decision.PolicyRevision,
            ["revision"] = decision.Revision,
            ["input"] = decision.InputHash.Length == 0 ? null : Convert.ToHexStringLower(decision.InputHash.Span),
            ["address"] = AuditValue.Personal(Given(decision.Address)),
        },
    };

    private static AuditRecord Count(string gateway, Record record, CountRecord count) => new()
    {
        Kind = AuditKind.Grant,
        Actor = gateway,
        Action = "grant.requests",
        Target = count.Application,
        Outcome = Named(count.Cause, "counted"),
        Time = At(record),
        Details = new Dictionary<string, AuditValue>
        {
            ["grant"] = Given(count.GrantId),
            ["session"] = Given(count.SessionId),
            ["requests"] = count.Requests,
        },
    };

    private static AuditRecord Cut(string gateway, Record record, CutRecord cut) => new()
    {
        Kind = AuditKind.Response,
        Actor = gateway,
        Action = "connection.cut",
        Target = cut.Application,
        Outcome = "done",
        Reference = Given(cut.DecisionId),
        Time = At(record),
        Details = new Dictionary<string, AuditValue>
        {
            ["cause"] = cut.Cause,
            ["grant"] = Given(cut.GrantId),
            ["connection"] = Given(cut.ConnectionId),
            ["session"] = Given(cut.SessionId),
            ["revision"] = cut.Revision,
            ["microseconds"] = cut.Microseconds,
        },
    };

    private static DateTimeOffset? At(Record record) => record.At?.ToDateTimeOffset();

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static string Named(string text, string otherwise) => text.Length == 0 ? otherwise : text;
}
