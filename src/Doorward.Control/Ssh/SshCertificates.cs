using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Net;
using System.Security.Cryptography;
using Doorward.Control.Decisions;
using Doorward.Control.Identity.Agents;
using Doorward.Control.Identity.SignIns;
using Doorward.Control.Storage;
using Doorward.Core.Agents;
using Doorward.Core.Devices.Enrolment;
using Doorward.Core.Identifiers;
using Doorward.Core.Remedies;
using Doorward.Core.Ssh;
using Microsoft.AspNetCore.Http;

namespace Doorward.Control.Ssh;

/// <summary>Gives a person's session a certificate for a key that its machine made. What is given is on record first: nothing takes it back.</summary>
internal sealed class SshCertificates(SshAuthority authority, SshPrincipals principals, SignInAudit audit, RefusalBook refusals, TimeProvider time)
{
    // A session of the command line proves no more than it did when it began.
    private const string FreshLogin = "doorward-agent login --fresh";

    private static readonly DeviceProblem s_key = new("key", "The key is none that certificates are given for.", "Use the agent of this installation's version.");

    public async Task<(SshAnswer? Answer, DeviceProblem? Problem)> IssueAsync(
        Session session, User user, string application, SshRequest request, string? device, IPAddress? address, CancellationToken cancel)
    {
        if (SshKey.ReadPoint(request.PublicKey) is not { } point) return (null, s_key);
        if (await principals.FindAsync(session, user, application, request.Login, device, address, cancel) is not var (definition, logins, remedies))
            return (null, new DeviceProblem("no-application", $"No application {Core.Applications.Shown.Text(application)} takes certificates.", "Check the name for a typing error."));
        var source = new AttemptSource(address ?? IPAddress.None, AgentClient.Id);
        var reference = Identifier.New("ref");
        if (logins.IsEmpty)
        {
            await audit.SshAsync(user, session, definition.Name, request.Login is { } asked ? [asked] : [], reference, source, "refused", cancel);
            var problem = Denied(definition.Name, request.Login, reference, remedies);
            refusals.Take(new RefusalEntry
            {
                Id = reference,
                Gateway = "none: the control plane answered",
                At = time.GetUtcNow(),
                Status = StatusCodes.Status403Forbidden,
                Code = problem.Code,
                Told = problem.Detail,
                Detail = $"`doorward policy can {user.UserName} {definition.Name} --login NAME` says what would open it, for a NAME of its principals",
                Application = definition.Name,
                Address = address?.ToString(),
                SessionId = session.Id,
                SubjectId = user.Id,
            });
            return (null, problem);
        }

        var now = time.GetUtcNow();
        var lifetime = TimeSpan.FromTicks(Math.Min(Math.Min(definition.Ssh!.Lifetime.Ticks, SshCertificate.LongestLifetime.Ticks), (session.Expires - now).Ticks));
        var certificate = new SshCertificate
        {
            Point = point,
            Serial = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong))),
            KeyId = $"{user.UserName} {session.Id} {reference}",
            Principals = logins,
            From = now - SshCertificate.Skew,
            Until = now + lifetime,
        };
        await audit.SshAsync(user, session, definition.Name, logins, reference, source, "done", cancel);
        return (new SshAnswer(await authority.SignAsync(definition.Name, certificate, cancel), [.. logins], certificate.Until), null);
    }

    private static DeviceProblem Denied(string application, string? login, string reference, ImmutableArray<Remedy> remedies) => new(
        "denied",
        login is null ? $"Policy lets you log in to {application} as nobody now ({reference})." : $"Policy does not let you log in to {application} as {Core.Applications.Shown.Text(login)} now ({reference}).",
        remedies.IsEmpty ? Remedy.AskSomebody : "")
    {
        Remedies = remedies.IsEmpty ? null : [.. remedies.Select(static remedy => remedy.Changes.Any(static change => change is RaiseAssurance or SignInAgain) ? $"{remedy.Text} ({FreshLogin})" : remedy.Text)],
    };
}
