using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace Doorward.Control.Storage;

/// <summary>Keys, lengths and indexes, the same for every provider.</summary>
internal static class DoorwardModel
{
    // As queries say it, or the database does not see that an index answers them.
    private const string Denied = "NOT (\"Allowed\")";

    public static void Build(ModelBuilder builder)
    {
        People(builder);
        SessionsAndTokens(builder);
        Resources(builder);
        Components(builder);
        Devices(builder);
        Connectors(builder);
        Records(builder);
        Log(builder);
    }

    private static void People(ModelBuilder builder)
    {
        builder.Entity<User>(user =>
        {
            user.ToTable("Users");
            user.Property(u => u.Kind).HasConversion<string>();
            user.HasIndex(u => new { u.IdentityProvider, u.ExternalSubject }).IsUnique();
        });
        builder.Entity<IdentityUserClaim<string>>().ToTable("UserClaims");
        builder.Entity<IdentityUserLogin<string>>().ToTable("UserLogins");
        builder.Entity<IdentityUserToken<string>>().ToTable("UserTokens");
        Passkeys(builder);
        builder.Entity<RecoveryCode>(code => code.HasIndex(c => new { c.UserId, c.Hash }).IsUnique());
        builder.Entity<RecoveryCode>().HasOne<User>().WithMany().HasForeignKey(c => c.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.Entity<Invitation>().HasIndex(i => i.Hash).IsUnique();
        builder.Entity<Invitation>().HasOne<User>().WithMany().HasForeignKey(i => i.UserId).OnDelete(DeleteBehavior.Cascade);
        builder.Entity<RateLimitCounter>().HasKey(c => c.Key);
        builder.Entity<FailureCounter>().HasKey(c => c.Key);
    }

    // Identity maps passkeys only where its options say so, which neither migrations nor tests have.
    private static void Passkeys(ModelBuilder builder) => builder.Entity<IdentityUserPasskey<string>>(passkey =>
    {
        passkey.ToTable("UserPasskeys").HasKey(p => p.CredentialId);
        passkey.Property(p => p.CredentialId).HasMaxLength(1024); // CTAP 2.1: at most 1023 bytes
        passkey.OwnsOne(p => p.Data, data => data.ToJson());
        passkey.HasOne<User>().WithMany().HasForeignKey(p => p.UserId).IsRequired();
    });

    private static void SessionsAndTokens(ModelBuilder builder)
    {
        // No foreign key to the user: records of sessions outlive people.
        builder.Entity<Session>(session =>
        {
            session.HasIndex(s => s.UserId);
            session.HasIndex(s => s.CookieHash).IsUnique();
            session.HasIndex(s => s.Ended);
            session.HasIndex(s => s.DeviceId);
            session.Property(s => s.EndCause).HasConversion<string>();
        });
        builder.Entity<Handle>(handle =>
        {
            handle.HasKey(h => h.Hash);
            handle.HasIndex(h => new { h.SessionId, h.Host }).IsUnique();
            handle.HasOne(h => h.Session).WithMany().HasForeignKey(h => h.SessionId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<SignInTicket>(ticket =>
        {
            ticket.HasKey(t => t.Hash);
            ticket.HasIndex(t => t.Expires);
            ticket.HasOne<Session>().WithMany().HasForeignKey(t => t.SessionId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<Token>(token =>
        {
            token.HasIndex(t => t.Hash).IsUnique();
            token.HasIndex(t => t.UserId);
            token.HasOne(t => t.Session).WithMany().HasForeignKey(t => t.SessionId).OnDelete(DeleteBehavior.Cascade);
        });
    }

    private static void Resources(ModelBuilder builder)
    {
        builder.Entity<ResourceDocument>(document =>
        {
            document.ToTable("Resources").HasKey(d => new { d.Kind, d.Name });
            document.Property(d => d.Version).IsConcurrencyToken();
        });
        builder.Entity<RetiredName>().HasKey(n => new { n.Kind, n.Name });
        builder.Entity<Publication>().HasIndex(p => p.Revision).IsUnique();
        builder.Entity<PolicyVersion>(policy =>
        {
            policy.ToTable("Policies").HasKey(p => new { p.Name, p.Version });
            policy.HasOne(p => p.AddedBy).WithMany(p => p.Added).HasForeignKey(p => p.AddedById).OnDelete(DeleteBehavior.Restrict);
            policy.HasOne(p => p.RetiredBy).WithMany(p => p.Retired).HasForeignKey(p => p.RetiredById).OnDelete(DeleteBehavior.Restrict);
        });
        builder.Entity<InstallationSettings>().ToTable("Settings").Property(s => s.Id).ValueGeneratedNever();
    }

    private static void Components(ModelBuilder builder)
    {
        builder.Entity<Gateway>().HasKey(g => g.Name);
        builder.Entity<JoinToken>().HasKey(t => t.Hash);
        builder.Entity<AssertionKey>().HasKey(k => k.Kid);
        builder.Entity<SealedSecret>().ToTable("Secrets").HasKey(s => new { s.Purpose, s.Name });
    }

    // Kept by hand, not as owned JSON: labels are few and are read whole.
    private static void Devices(ModelBuilder builder)
    {
        builder.Entity<Device>(device =>
        {
            device.Property(d => d.Standing).HasConversion<string>();
            device.Property(d => d.HoldCause).HasConversion<string>();
            device.Property(d => d.KeyAssurance).HasConversion<string>();
            device.Property(d => d.Labels).HasConversion(DeviceLabels.Converter, DeviceLabels.Comparer);
            device.HasIndex(d => d.NormalizedName).IsUnique().HasFilter("\"Standing\" <> 'Retired'");
            device.HasIndex(d => d.KeyHash).IsUnique();
            device.HasIndex(d => d.OwnerId);
            device.HasIndex(d => d.Due);
            device.HasIndex(d => d.Health);
        });
        builder.Entity<DeviceReportMark>(mark =>
        {
            mark.HasKey(m => m.DeviceId);
            mark.HasOne<Device>().WithOne().HasForeignKey<DeviceReportMark>(m => m.DeviceId).OnDelete(DeleteBehavior.Cascade);
        });
        builder.Entity<DeviceFactChange>(change =>
        {
            change.HasOne<Device>().WithMany().HasForeignKey(c => c.DeviceId).OnDelete(DeleteBehavior.Cascade);
            change.HasIndex(c => new { c.DeviceId, c.At });
            change.HasIndex(c => c.At);
        });
        builder.Entity<DeviceInvitation>(invitation =>
        {
            invitation.HasKey(i => i.Hash);
            invitation.Property(i => i.Labels).HasConversion(DeviceLabels.Converter, DeviceLabels.Comparer);
        });
    }

    // No foreign key to the connector, which is a document: a replica that was retired with it stays, for records.
    private static void Connectors(ModelBuilder builder)
    {
        builder.Entity<ConnectorReplica>(replica =>
        {
            replica.HasIndex(r => r.Connector);
            replica.HasIndex(r => r.KeyHash).IsUnique();
        });
        builder.Entity<ConnectorInvitation>(invitation =>
        {
            invitation.HasKey(i => i.Hash);
            invitation.HasIndex(i => i.Connector);
        });
    }

    private static void Records(ModelBuilder builder)
    {
        builder.Entity<DecisionEntry>(decision =>
        {
            decision.ToTable("Decisions");
            decision.HasIndex(d => d.At);
            decision.HasIndex(d => new { d.SubjectId, d.At });
            decision.HasIndex(d => new { d.Application, d.At });
            decision.HasIndex(d => d.InputHash);

            // Denials are few among many, and are what people look for.
            decision.HasIndex(d => d.At, "IX_Denials_At").HasFilter(Denied);
            decision.HasIndex(d => new { d.Cause, d.At }, "IX_Denials_Cause_At").HasFilter(Denied);
            decision.HasIndex(d => new { d.SubjectId, d.At }, "IX_Denials_SubjectId_At").HasFilter(Denied);
            decision.HasIndex(d => new { d.Application, d.At }, "IX_Denials_Application_At").HasFilter(Denied);
        });
        builder.Entity<RefusalEntry>(refusal =>
        {
            refusal.ToTable("Refusals");
            refusal.HasIndex(r => r.At);
        });
        builder.Entity<EvaluationInputEntry>(input =>
        {
            input.ToTable("EvaluationInputs").HasKey(i => i.Hash);
            input.HasIndex(i => i.LastUsed);
        });
    }

    private static void Log(ModelBuilder builder)
    {
        builder.Entity<Counter>().ToTable("Counters").Property(c => c.Id).ValueGeneratedNever();
        builder.Entity<ChangeRow>(change =>
        {
            change.ToTable("Changes").HasKey(c => c.Revision);
            change.Property(c => c.Revision).ValueGeneratedNever();
            change.HasIndex(c => c.At);
        });
    }
}
