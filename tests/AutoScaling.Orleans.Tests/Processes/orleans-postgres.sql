-- What Orleans' providers for PostgreSQL ask for, as short as tests need it. In production use the scripts of Orleans, and the unique
-- index of the documentation beside them.
CREATE TABLE orleansquery (querykey varchar(64) PRIMARY KEY, querytext varchar(8000) NOT NULL);

CREATE TABLE orleansmembershipversiontable (deploymentid varchar(150) PRIMARY KEY, version integer NOT NULL DEFAULT 0);

CREATE TABLE orleansmembershiptable (
    deploymentid varchar(150) NOT NULL, address varchar(45) NOT NULL, port integer NOT NULL, generation integer NOT NULL,
    siloname varchar(150) NOT NULL, hostname varchar(150) NOT NULL, status integer NOT NULL, proxyport integer,
    suspecttimes varchar(8000), starttime timestamp NOT NULL, iamalivetime timestamp NOT NULL,
    PRIMARY KEY (deploymentid, address, port, generation));

CREATE TABLE orleansstorage (
    serviceid varchar(150) NOT NULL, graintypehash integer NOT NULL, graintypestring varchar(512) NOT NULL, grainidhash integer NOT NULL,
    grainidn0 bigint NOT NULL, grainidn1 bigint NOT NULL, grainidextensionstring varchar(512), payloadbinary bytea,
    version integer NOT NULL);

-- Without it two silos that save a state for the first time at one moment would both succeed.
CREATE UNIQUE INDEX orleansstorage_grain ON orleansstorage
    (serviceid, graintypestring, grainidn0, grainidn1, grainidextensionstring) NULLS NOT DISTINCT;

INSERT INTO orleansquery VALUES
('InsertMembershipVersionKey', '
    WITH made AS (INSERT INTO orleansmembershipversiontable (deploymentid) VALUES (@DeploymentId) ON CONFLICT DO NOTHING RETURNING 1)
    SELECT count(*)::integer FROM made'),
('InsertMembershipKey', '
    WITH next AS (
        UPDATE orleansmembershipversiontable SET version = version + 1
        WHERE deploymentid = @DeploymentId AND version = @Version
            AND NOT EXISTS (SELECT 1 FROM orleansmembershiptable
                WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation)
        RETURNING 1),
    made AS (
        INSERT INTO orleansmembershiptable
            (deploymentid, address, port, generation, siloname, hostname, status, proxyport, starttime, iamalivetime)
        SELECT @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime FROM next
        RETURNING 1)
    SELECT count(*)::integer FROM made'),
('UpdateMembershipKey', '
    WITH next AS (
        UPDATE orleansmembershipversiontable SET version = version + 1 WHERE deploymentid = @DeploymentId AND version = @Version RETURNING 1),
    made AS (
        UPDATE orleansmembershiptable SET status = @Status, suspecttimes = @SuspectTimes, iamalivetime = @IAmAliveTime
        WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation
            AND EXISTS (SELECT 1 FROM next)
        RETURNING 1)
    SELECT count(*)::integer FROM made'),
('UpdateIAmAlivetimeKey', '
    UPDATE orleansmembershiptable SET iamalivetime = @IAmAliveTime
    WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation'),
('MembershipReadRowKey', '
    SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport, m.suspecttimes, m.starttime,
        m.iamalivetime, v.version
    FROM orleansmembershipversiontable v LEFT JOIN orleansmembershiptable m
        ON m.deploymentid = v.deploymentid AND m.address = @Address AND m.port = @Port AND m.generation = @Generation
    WHERE v.deploymentid = @DeploymentId'),
('MembershipReadAllKey', '
    SELECT v.deploymentid, m.address, m.port, m.generation, m.siloname, m.hostname, m.status, m.proxyport, m.suspecttimes, m.starttime,
        m.iamalivetime, v.version
    FROM orleansmembershipversiontable v LEFT JOIN orleansmembershiptable m ON m.deploymentid = v.deploymentid
    WHERE v.deploymentid = @DeploymentId'),
('DeleteMembershipTableEntriesKey', '
    DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId;
    DELETE FROM orleansmembershipversiontable WHERE deploymentid = @DeploymentId'),
('CleanupDefunctSiloEntriesKey', '
    DELETE FROM orleansmembershiptable WHERE deploymentid = @DeploymentId AND status = 6 AND iamalivetime < @IAmAliveTime'),
('CleanupDefunctSiloEntryKey', '
    DELETE FROM orleansmembershiptable
    WHERE deploymentid = @DeploymentId AND address = @Address AND port = @Port AND generation = @Generation AND status = 6'),
('GatewaysQueryKey', '
    SELECT address, proxyport, generation FROM orleansmembershiptable
    WHERE deploymentid = @DeploymentId AND status = @Status AND proxyport > 0'),
('ReadFromStorageKey', '
    SELECT payloadbinary AS PayloadBinary, NULL::text AS PayloadXml, NULL::text AS PayloadJson, version AS Version FROM orleansstorage
    WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
        AND grainidextensionstring IS NOT DISTINCT FROM @GrainIdExtensionString'),
('WriteToStorageKey', '
    WITH changed AS (
        UPDATE orleansstorage SET payloadbinary = @PayloadBinary, version = version + 1
        WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
            AND grainidextensionstring IS NOT DISTINCT FROM @GrainIdExtensionString AND version = @GrainStateVersion
        RETURNING version),
    made AS (
        INSERT INTO orleansstorage SELECT @ServiceId, @GrainTypeHash, @GrainTypeString, @GrainIdHash, @GrainIdN0, @GrainIdN1,
            @GrainIdExtensionString, @PayloadBinary, 1
        WHERE @GrainStateVersion::integer IS NULL ON CONFLICT DO NOTHING RETURNING version)
    SELECT coalesce((SELECT version FROM changed), (SELECT version FROM made), @GrainStateVersion::integer) AS NewGrainStateVersion'),
('ClearStorageKey', '
    UPDATE orleansstorage SET payloadbinary = NULL, version = version + 1
    WHERE serviceid = @ServiceId AND graintypestring = @GrainTypeString AND grainidn0 = @GrainIdN0 AND grainidn1 = @GrainIdN1
        AND grainidextensionstring IS NOT DISTINCT FROM @GrainIdExtensionString AND version = @GrainStateVersion
    RETURNING version AS NewGrainStateVersion');
