using System.Collections.Immutable;
using Doorward.Control.Resources.Specs;
using Doorward.Core.Applications;
using Doorward.Core.Tunnels;

namespace Doorward.Control.Applications;

/// <summary>Reads and writes the fields of an Application that is reached by tunnels.</summary>
internal static class TunnelSpec
{
    private static readonly TimeSpan UsualLifetime = TimeSpan.FromMinutes(5);

    public static ImmutableArray<TunnelTarget> ReadTargets(SpecReader fields)
    {
        var violations = new List<RuleViolation>();
        var targets = fields.Texts("tcp").Select((text, index) => TunnelTargetText.Read(text, $"tcp[{index}]", violations)).OfType<TunnelTarget>().ToImmutableArray();
        fields.Fail(violations);
        return targets;
    }

    public static TunnelLimits ReadLimits(SpecReader fields)
    {
        var limits = new TunnelLimits(fields.Duration("idle"), fields.Duration("longest"));
        fields.End();
        return limits;
    }

    public static SshDefinition ReadSsh(SpecReader fields)
    {
        var ssh = new SshDefinition(fields.Texts("principals"), fields.Duration("lifetime") ?? UsualLifetime);
        fields.End();
        return ssh;
    }

    public static SpecWriter Write(TunnelLimits limits) => new SpecWriter().Duration("idle", limits.Idle).Duration("longest", limits.Longest);

    public static SpecWriter Write(SshDefinition ssh) => new SpecWriter().Texts("principals", ssh.Principals).Duration("lifetime", ssh.Lifetime, UsualLifetime);
}
