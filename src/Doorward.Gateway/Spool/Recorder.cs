using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using Doorward.Core.Evaluations;
using Doorward.Core.Identifiers;
using Doorward.Core.Protocol;
using Doorward.Core.Remedies;
using Doorward.Gateway.Enforcement;
using Doorward.Gateway.Feed;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Doorward.Gateway.Spool;

/// <summary>Turns decisions into records. The task says when, and whether, the disk has them.</summary>
internal sealed class Recorder(RecordSpool spool, TimeProvider clock)
{
    public Task<bool> RecordDecision(DecisionFacts facts)
    {
        var judgement = facts.Judgement;
        var decision = new DecisionRecord
        {
            Id = facts.Id.Value,
            Decision = judgement.Decision.Allowed ? "allow" : "deny",
            Cause = judgement.Decision.Cause.ToString(),
            SessionId = facts.Credential?.Session.Id ?? "",
            SubjectId = facts.Credential?.Session.SubjectId ?? "",
            Application = facts.Application,
            Action = NameOf(facts.Facts.Action),
            GrantId = facts.Grant,
            PolicyRevision = judgement.State.Policies.Revision,
            Revision = judgement.State.Revision,
            Address = facts.Facts.Address.ToString(),
            Told = facts.Told,
            By = facts.By,
        };
        decision.Reasons.AddRange(judgement.Decision.Reasons);
        decision.Errors.AddRange(judgement.Decision.Errors.Select(fault => $"{fault.Policy}: {fault.Message}"));
        decision.ReportOnly.AddRange(judgement.Decision.ReportOnly);
        if (judgement.Input is { } input)
        {
            var json = input.FactsToJson();
            decision.InputHash = UnsafeByteOperations.UnsafeWrap(EvaluationInput.HashOf(json));
            decision.InputJson = Encoding.UTF8.GetString(json);
            decision.MomentJson = Encoding.UTF8.GetString(input.MomentToJson());
        }

        if (!facts.Remedies.IsDefaultOrEmpty)
            decision.RemediesJson = JsonSerializer.Serialize(facts.Remedies, EvaluationJson.Default.ImmutableArrayRemedy);
        return Append(new Record { Decision = decision });
    }

    public Task<bool> Append(Record record)
    {
        record.At = clock.GetUtcNow().ToTimestamp();
        return spool.AppendAsync(record);
    }

    private static string NameOf(AccessAction action) => action switch
    {
        AccessAction.Read => "read",
        AccessAction.Write => "write",
        _ => "tunnel",
    };
}

/// <summary>What the record of one decision says.</summary>
internal sealed record DecisionFacts
{
    public required DecisionId Id { get; init; }
    public required Judgement Judgement { get; init; }
    public ResolvedCredential? Credential { get; init; }
    public required string Application { get; init; }
    public required RequestFacts Facts { get; init; }

    /// <summary>Id of the grant it opened or cut; empty for a refusal.</summary>
    public string Grant { get; init; } = "";

    public ImmutableArray<Remedy> Remedies { get; init; } = [];

    /// <summary>Of a cut: why, as the person was told.</summary>
    public string Told { get; init; } = "";

    /// <summary>Of an administrator's cut: who asked for it.</summary>
    public string By { get; init; } = "";
}
