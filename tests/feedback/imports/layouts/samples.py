"""A few lines as each tool writes them. Headers as documented by the tools; answers made up."""

ZENDESK_TIMES = (
    "First reply time in minutes,First reply time in minutes within business hours,"
    "First resolution time in minutes,First resolution time in minutes within business hours,"
    "Full resolution time in minutes,Full resolution time in minutes within business hours,"
    "Agent wait time in minutes,Agent wait time in minutes within business hours,"
    "Requester wait time in minutes,Requester wait time in minutes within business hours,"
    "On hold time in minutes,On hold time in minutes within business hours"
)
QUALTRICS_IDS = (
    *("startDate", "endDate", "status", "ipAddress", "progress", "duration", "finished"),
    *("recordedDate", "_recordId", "recipientLastName", "recipientFirstName", "recipientEmail"),
    *("externalDataReference", "locationLatitude", "locationLongitude", "distributionChannel"),
    *("userLanguage", "QID1-NPS_GROUP", "QID1", "QID2_TEXT"),
)
SAMPLES = {
    "qualtrics": (
        "StartDate,EndDate,Status,IPAddress,Progress,Duration (in seconds),Finished,RecordedDate,"
        "ResponseId,RecipientLastName,RecipientFirstName,RecipientEmail,ExternalReference,"
        "LocationLatitude,LocationLongitude,DistributionChannel,UserLanguage,Q1_NPS_GROUP,Q1,Q2\n"
        "Start Date,End Date,Response Type,IP Address,Progress,Duration (in seconds),Finished,"
        "Recorded Date,Response ID,Recipient Last Name,Recipient First Name,Recipient Email,"
        "External Data Reference,Location Latitude,Location Longitude,Distribution Channel,"
        '"User Language","After Booking, how likely are you to recommend us? - Group",'
        '"After Booking, how likely are you to recommend us?",Why?\n'
        + ",".join(
            f'"{{""ImportId"":""{key}"",""timeZone"":""America/Denver""}}"'
            if key.endswith("Date")
            else f'"{{""ImportId"":""{key}""}}"'
            for key in QUALTRICS_IDS
        )
        + "\n"
        "2026-03-01 10:00:00,2026-03-01 10:05:00,IP Address,192.0.2.1,100,300,True,"
        "2026-03-01 10:05:01,R_1,Ann,A,ann@example.com,,47.1,7.2,email,EN,Promoter,"
        "10 - Extremely likely,It was quick and clear\n"
        "2026-03-01 11:00:00,2026-03-01 11:05:00,Survey Preview,192.0.2.2,100,300,True,"
        "2026-03-01 11:05:01,R_2,,,,,47.1,7.2,preview,EN,Detractor,0 - Not at all likely,\n"
        "2026-03-01 12:00:00,2026-03-01 12:05:00,IP Address,192.0.2.3,40,300,False,"
        "2026-03-01 12:05:01,R_3,Bea,B,bea@example.com,,47.1,7.2,email,DE,Passive,8,\n"
    ),
    "typeform": (
        "#,How satisfied were you with Booking?,Why?,Why?,Response Type,Start Date (UTC),"
        "Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending\n"
        "f9k3abcdef,5,Quick and clear to me,'+49 171 2345678,completed,2026-03-01 10:00:00,"
        "2026-03-01 10:01:00,2026-03-01 10:02:03,9af1,,\n"
        "g8k3abcdef,2,Too many pages to fill,,partial,2026-03-02 10:00:00,2026-03-02 10:01:00,"
        "2026-03-02 10:02:03,9af2,,\n"
    ),
    "zendesk": (
        "Summation column,Id,Requester,Requester id,Requester external id,Requester email,"
        "Requester domain,Submitter,Assignee,Group,Subject,Tags,Status,Priority,Via,Ticket type,"
        "Created at,Updated at,Assigned at,Organization,Due date,Initially assigned at,Solved at,"
        "Resolution time,Satisfaction Score,Group stations,Assignee stations,Reopens,Replies,"
        + ZENDESK_TIMES
        + ",Product [list]\n"
        "1,77,Ann,501,,ann@example.com,example.com,Ann,Bob,Support,Help,a b,Solved,High,Mail,,"
        "2026-03-01 10:00,2026-03-02 10:00,,,,,2026-03-02 09:30,24,Good,1,1,0,2,"
        "30,30,60,60,60,60,5,5,45,45,0,0,Shoes\n"
        "1,78,Bea,502,,bea@example.com,example.com,Bea,Bob,Support,Help,,Solved,Low,Web form,,"
        "2026-03-01 11:00,2026-03-02 11:00,,,,,2026-03-02 10:30,23,Offered,1,1,2,3,"
        "15,15,60,60,60,60,5,5,20,20,0,0,\n"
        "1,79,Cat,503,,cat@example.com,example.com,Cat,Bob,Support,Help,,Solved,Low,Web form,,"
        "2026-03-01 12:00,2026-03-02 12:00,,,,,2026-03-02 11:30,23,Bad,1,1,1,3,"
        ",,60,60,60,60,5,5,,,0,0,\n"
    ),
    "intercom": (
        "Conversation ID,Updated at (America/New_York),Conversation rating remark,"
        "Conversation rating,User name,Company name,Agent rated type,Last survey sent\n"
        "9001,2026-03-01 10:00:00,Very kind of you,amazing,Ann,Acme,Admin,\n"
        "9002,2026-07-01 10:00:00,,terrible,Bea,Acme,Admin,\n"
    ),
    "formbricks": (
        "No.,Response ID,Timestamp,Finished,Survey ID,Formbricks ID (internal),User ID,Tags,"
        'userAgent - browser,country,url,"1. How was Booking?","1. How was Booking? - Option ID",'
        '"2. What could be better?",person.email\n'
        "1,clx1,2025-05-06 14:30:00 UTC,Yes,s1,c1,u-1,,Chrome,DE,https://example.com,4,o4,"
        "'=nothing really,ann@example.com\n"
        "2,clx2,2025-05-07 14:30:00 UTC,No,s1,c2,u-2,,Chrome,DE,https://example.com,3,o3,,\n"
    ),
    "chatwoot": (
        "Nom de l'agent,Note,Commentaire,Nom,E-mail,Téléphone,Lien,Date d'enregistrement\n"
        "Bob (bob@example.com),5,Merci beaucoup à vous,Ann,ann@example.com,+33 1 23 45 67 89,"
        "https://app.example.com/app/accounts/1/conversations/41,2026-03-01 10:00:00 UTC\n"
        "Bob (bob@example.com),1,,Bea,bea@example.com,,"
        "https://app.example.com/app/accounts/1/conversations/42,2026-03-13 10:00:00 UTC\n"
        "Période du 1 au 31 mars 2026\n"
    ),
    "limesurvey": (
        "id,submitdate,lastpage,startlanguage,seed,token,startdate,datestamp,ipaddr,refurl,"
        "Booking,BookingWhy\n"
        "1,2026-03-01 10:05:00,3,de,77,tok1,2026-03-01 10:00:00,2026-03-01 10:05:00,192.0.2.1,,"
        "5,Ging schnell und einfach\n"
        "2,,1,de,78,tok2,2026-03-01 11:00:00,2026-03-01 11:01:00,192.0.2.2,,2,\n"
    ),
    "google_forms": (
        "Timestamp,Email Address,How was Booking?,Anything else to tell us?\n"
        "1/31/2026 14:05:33,ann@example.com,5,It went really very well\n"
        "2/1/2026 9:05:33,bea@example.com,3,I did not find my seat\n"
    ),
    "microsoft_forms": (
        "Id,Start time,Completion time,Email,Name,Rate Booking\n"
        "1,2026-03-01 10:00:00,2026-03-01 10:01:00,anonymous,,5\n"
        "2,2026-03-01 11:00:00,2026-03-01 11:01:00,anonymous,,4\n"
    ),
    "medallia": (
        "request_id,request_sent_at,request_delivery_status,response_received_at,star_rating,"
        "comments,reward_name,areas_for_improvement,ext_interaction_id,channel,tags,brand,"
        "customer_name,request_sent_to,employee_first_name\n"
        "r1,2026-03-01 10:00:00,Sent,2026-03-01 12:00:00,5,Solved it at once for me,,,x1,Phone,,A,"
        "Ann,ann@example.com,Bob\n"
        "r2,2026-03-01 10:00:00,Sent,,,,,,x2,Phone,,A,Bea,bea@example.com,Bob\n"
    ),
    "surveymonkey": (
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,"
        "Last Name,Custom Data 1,<b>How was Booking?</b>,Which airlines?,,Why?\n"
        ",,,,,,,,,Response,Lufthansa,KLM,Open-Ended Response\n"
        "501,9,03/04/2026 10:00:00,03/04/2026 10:05:00,192.0.2.1,ann@example.com,Ann,A,,"
        "5,Lufthansa,,It went really very well\n"
        "502,9,03/05/2026 10:00:00,03/05/2026 10:05:00,192.0.2.2,bea@example.com,Bea,B,,"
        "2,,KLM,I did not find my seat\n"
    ),
    "delighted": (
        '[{"id": "1", "person": {"id": "10", "email": "ann@example.com"}, "survey_type": "nps", '
        '"score": 0, "comment": "Never again will I do that", '
        '"permalink": "https://app.example.com/r/1", "created_at": 1772359200, '
        '"person_properties": {"Delighted Source": "Email"}, "notes": [], "tags": []}, '
        '{"id": "2", "person": {"id": "11", "email": "bea@example.com"}, "survey_type": "nps", '
        '"score": 10, "comment": null, "permalink": "https://app.example.com/r/2", '
        '"created_at": 1772445600, "person_properties": {}, "notes": [], "tags": []}]'
    ),
}
