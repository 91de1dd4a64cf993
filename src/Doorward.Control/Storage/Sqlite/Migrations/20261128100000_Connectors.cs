using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Doorward.Control.Storage.Sqlite.Migrations;

/// <summary>The replicas of connectors, and the links that they join with.</summary>
[DbContext(typeof(SqliteDoorwardDb))]
[Migration("20261128100000_Connectors")]
internal sealed class Connectors : Migration
{
    protected override void Up(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.CreateTable(
            name: "ConnectorInvitations",
            columns: table => new
            {
                Hash = table.Column<byte[]>(type: "BLOB", nullable: false),
                Connector = table.Column<string>(type: "TEXT", nullable: false),
                CreatedBy = table.Column<string>(type: "TEXT", nullable: false),
                Created = table.Column<long>(type: "INTEGER", nullable: false),
                Expires = table.Column<long>(type: "INTEGER", nullable: false),
            },
            constraints: table => table.PrimaryKey("PK_ConnectorInvitations", x => x.Hash));

        migrationBuilder.CreateTable(
            name: "ConnectorReplicas",
            columns: table => new
            {
                Id = table.Column<string>(type: "TEXT", nullable: false),
                Connector = table.Column<string>(type: "TEXT", nullable: false),
                HostName = table.Column<string>(type: "TEXT", nullable: false),
                PublicKey = table.Column<byte[]>(type: "BLOB", nullable: false),
                KeyHash = table.Column<byte[]>(type: "BLOB", nullable: false),
                Joined = table.Column<long>(type: "INTEGER", nullable: false),
                InvitedBy = table.Column<string>(type: "TEXT", nullable: false),
                CertificateExpires = table.Column<long>(type: "INTEGER", nullable: true),
                SessionKeys = table.Column<byte[]>(type: "BLOB", nullable: true),
                Retired = table.Column<long>(type: "INTEGER", nullable: true),
                RetiredReason = table.Column<string>(type: "TEXT", nullable: true),
            },
            constraints: table => table.PrimaryKey("PK_ConnectorReplicas", x => x.Id));

        migrationBuilder.CreateIndex("IX_ConnectorInvitations_Connector", "ConnectorInvitations", "Connector");
        migrationBuilder.CreateIndex("IX_ConnectorReplicas_Connector", "ConnectorReplicas", "Connector");
        migrationBuilder.CreateIndex("IX_ConnectorReplicas_KeyHash", "ConnectorReplicas", "KeyHash", unique: true);
    }

    protected override void Down(MigrationBuilder migrationBuilder)
    {
        migrationBuilder.DropTable("ConnectorInvitations");
        migrationBuilder.DropTable("ConnectorReplicas");
    }
}
