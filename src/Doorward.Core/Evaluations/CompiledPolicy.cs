using System.Collections.Immutable;
using Doorward.Cedar;

namespace Doorward.Core.Evaluations;

/// <summary>A policy with what the product wants to know of it besides its answer.</summary>
public sealed class CompiledPolicy
{
    private CompiledPolicy(PolicyDefinition definition, Policy policy)
    {
        Definition = definition;
        Policy = policy;
        ReadsClock = Reads("context.time") || Reads("context.session.age") || Reads("context.device.age") || Reads("context.device.reported") || Reads("context.device.bound")
            || Reads("context.device.posture");
        ReadsPath = Reads("context.http.path");
        (Groups, Texts) = Mentions.Of(policy);
        Application = policy.Scope.Resource is EntityConstraint.Equal { Entity: EntityReference.Literal { Uid: { Type: CedarNames.ApplicationType } uid } }
            ? uid.Id
            : null;
    }

    public PolicyDefinition Definition { get; }

    public Policy Policy { get; }

    public bool ReadsClock { get; }

    /// <summary>Whether it judges the path; such a policy cannot guard an application with opaque paths.</summary>
    public bool ReadsPath { get; }

    /// <summary>Names of the groups that scope or conditions mention.</summary>
    public ImmutableArray<string> Groups { get; }

    /// <summary>String literals of the conditions: named networks are among them.</summary>
    public ImmutableArray<string> Texts { get; }

    /// <summary>The one application that the scope names, or null when it may be any.</summary>
    public string? Application { get; }

    /// <summary>The sentence for people who are kept out by this policy: its <c>@explain</c> annotation.</summary>
    public string? Explanation => Policy.Annotations.GetValueOrDefault("explain");

    public bool Concerns(string application) => Application is null || string.Equals(Application, application, StringComparison.Ordinal);

    /// <summary>Whether the answer depends on a context attribute at or below the path, such as <c>context.network</c>.</summary>
    public bool Reads(string path) => Policy.Facts.Reads(path);

    internal static (CompiledPolicy? Policy, ImmutableArray<PolicyFault> Faults) Compile(PolicyDefinition definition)
    {
        var parsed = PolicyParser.ParsePolicy(definition.Name, definition.Cedar);
        return parsed.Policy is { } policy
            ? (new CompiledPolicy(definition, policy), [])
            : (null, [.. parsed.Errors.Select(error => new PolicyFault(definition.Name, error.Message, error.Location.Line, error.Location.Column, error.Hint))]);
    }
}
