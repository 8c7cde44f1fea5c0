;;; memento-diff-submit.el --- Submit a review  -*- lexical-binding: t; -*-

;; Copyright (c) 2026 The memento authors
;; SPDX-License-Identifier: MIT

;;; Commentary:

;; Before a verdict goes out, a buffer at the bottom of the frame says what it will be and lets the person change it: the
;; decision, what becomes of undecided hunks, what is done with the working tree, and a remark on the whole.

;;; Code:

(require 'memento-diff-visit)
(require 'memento-review-capture)

(declare-function memento-core-diff-submit "ext:memento-core")
(declare-function memento-core-diff-put-back "ext:memento-core")
(declare-function memento--evil-diff-submit "memento-evil")

(defcustom memento-diff-revert-rejected 'ask
  "Whether submitting a review takes rejected hunks out of the working tree."
  :group 'memento-diff
  :type '(choice (const :tag "Ask" ask) (const :tag "Yes" t) (const :tag "No" nil)))

(defcustom memento-diff-stage-approved nil
  "Whether submitting a review puts approved hunks into git's index.
In a review of your own changes nil asks too: there approving does nothing else."
  :group 'memento-diff
  :type '(choice (const :tag "Ask" ask) (const :tag "Yes" t) (const :tag "No" nil)))

(defvar-local memento--diff-return nil "The function that brings back the windows from before the review.")
(defvar-local memento--diff-remark nil "The remark on the whole, while it is not submitted.")

(defvar-local memento--diff-submit-review nil "The review buffer that is submitted from here.")
(defvar-local memento--diff-submit-return nil "The function that brings back the windows.")
(defvar-local memento--diff-submit-choices nil "What is chosen, a plist.")
(defvar-local memento--diff-submit-start nil "A marker where the remark starts.")

;;;; What can be chosen

(defun memento--diff-submit-counts ()
  "Return how the hunks are judged and how many comments there are.
That is (APPROVED REJECTED UNDECIDED COMMENTS)."
  (with-current-buffer memento--diff-submit-review
    (append (memento--diff-count) (list (length memento--diff-comments)))))

(defun memento--diff-submit-values (key)
  "Return the values that KEY of the choices can have."
  (pcase-let ((`(,_ ,rejected ,_ ,_) (memento--diff-submit-counts)))
    (pcase key
      (:decision (if (> rejected 0)
                     '("changes-requested" "abandoned")
                   '("approved" "changes-requested" "abandoned")))
      (:rest '(approve leave))
      (_ '(t nil)))))

(defun memento--diff-submit-next (key)
  "Choose the next value of KEY.
Once something is chosen nothing is asked any more."
  (let* ((values (memento--diff-submit-values key))
         (rest (cdr (member (plist-get memento--diff-submit-choices key) values))))
    (setq memento--diff-submit-choices
          (plist-put memento--diff-submit-choices key (car (or rest values))))
    (memento--diff-submit-fill)))

(defun memento--diff-submit-lines ()
  "Return what can be chosen here: a list of (KEY COMMAND LABEL VALUE)."
  (pcase-let ((`(,approved ,rejected ,undecided ,_) (memento--diff-submit-counts))
              (choices memento--diff-submit-choices)
              (yes-no (lambda (value yes no) (pcase value ('ask "ask") ('nil no) (_ yes)))))
    (delq nil
          (list
           (list :decision 'memento-diff-submit-decision "Decision"
                 (propertize (string-replace "-" " " (plist-get choices :decision))
                             'face (if (equal (plist-get choices :decision) "approved")
                                       'memento-diff-approved 'memento-diff-rejected)))
           (and (> undecided 0)
                (list :rest 'memento-diff-submit-rest (format "%d undecided" undecided)
                      (pcase (plist-get choices :rest)
                        ('ask "ask") ('approve "approve them") (_ "leave them undecided"))))
           (and (> rejected 0)
                (list :revert 'memento-diff-submit-revert (format "%d rejected" rejected)
                      (funcall yes-no (plist-get choices :revert) "take them out of the working tree"
                               "leave them in the working tree")))
           (and (> (+ approved undecided) 0)
                (list :stage 'memento-diff-submit-stage (format "%d approved" approved)
                      (funcall yes-no (plist-get choices :stage) "stage them" "do not stage them")))))))

(defun memento--diff-submit-fill ()
  "Write what is chosen above the remark, and keep point at its place."
  (let ((inhibit-read-only t)
        (in-remark (and memento--diff-submit-start (>= (point) memento--diff-submit-start)))
        (line (line-number-at-pos))
        (offset (and memento--diff-submit-start (- (point) memento--diff-submit-start))))
    (with-silent-modifications
      (save-excursion
        (goto-char (point-min))
        (when memento--diff-submit-start
          (delete-region (point) memento--diff-submit-start))
        (pcase-dolist (`(,_ ,command ,label ,value) (memento--diff-submit-lines))
          (let ((start (point)))
            (insert (format "  %-14s " label) value)
            (insert (propertize (substitute-command-keys
                                 (format "  (\\<memento-diff-submit-mode-map>\\[%s])" command))
                                'face 'shadow)
                    "\n")
            (put-text-property start (point) 'memento-diff-choice command)))
        (pcase-let ((`(,_ ,_ ,_ ,comments) (memento--diff-submit-counts)))
          (insert (if (> comments 0)
                      (format "  %-14s %s with it\n" (memento--diff-plural comments "comment")
                              (if (= comments 1) "goes" "go"))
                    "")))
        (insert (propertize "Remark on the whole, if any:\n" 'face 'bold))
        (add-text-properties (point-min) (point) '(read-only t rear-nonsticky t front-sticky t))
        (setq memento--diff-submit-start (copy-marker (point)))))
    (if in-remark
        (goto-char (+ memento--diff-submit-start offset))
      (goto-char (point-min))
      (forward-line (1- line)))))

;;;; The mode

(defvar memento-diff-submit-mode-map
  (let ((map (make-sparse-keymap)))
    (define-key map (kbd "C-c C-c") #'memento-diff-submit-finish)
    (define-key map (kbd "C-c C-k") #'memento-diff-submit-abandon)
    (define-key map (kbd "C-c C-d") #'memento-diff-submit-decision)
    (define-key map (kbd "C-c C-u") #'memento-diff-submit-rest)
    (define-key map (kbd "C-c C-r") #'memento-diff-submit-revert)
    (define-key map (kbd "C-c C-s") #'memento-diff-submit-stage)
    (define-key map (kbd "RET") #'memento-diff-submit-return)
    map)
  "Keys of the buffer from which a review is submitted.")

(define-derived-mode memento-diff-submit-mode text-mode "Submit"
  "Mode of the buffer from which a review is submitted.

\\<memento-diff-submit-mode-map>\\[memento-diff-submit-finish] submits, \
\\[memento-diff-submit-abandon] goes back to the review.
\\{memento-diff-submit-mode-map}"
  (setq header-line-format
        '(:eval (substitute-command-keys
                 (concat " Submit " (memento--diff-submit-title)
                         "  \\<memento-diff-submit-mode-map>\\[memento-diff-submit-finish] submit"
                         "  \\[memento-diff-submit-abandon] back to the review"))))
  (visual-line-mode 1)
  (when (featurep 'evil)
    (require 'memento-evil)
    (memento--evil-diff-submit))
  (add-hook 'kill-buffer-hook #'memento--diff-submit-keep nil t))

(defun memento--diff-submit-title ()
  "Return what is submitted, for the header line."
  (if (buffer-live-p memento--diff-submit-review)
      (with-current-buffer memento--diff-submit-review
        (plist-get memento--diff-request :id))
    ""))

(defun memento--diff-submit-remark ()
  "Return the remark on the whole."
  (memento--text (string-trim (buffer-substring-no-properties memento--diff-submit-start (point-max)))))

(defun memento--diff-submit-keep ()
  "Keep the remark in the review, for `kill-buffer-hook'."
  (let ((remark (memento--diff-submit-remark)))
    (when (buffer-live-p memento--diff-submit-review)
      (with-current-buffer memento--diff-submit-review
        (setq memento--diff-remark remark)))))

(defun memento-diff-submit-return ()
  "Change what is chosen on this line; in the remark begin a new line."
  (interactive)
  (if-let ((command (get-text-property (point) 'memento-diff-choice)))
      (call-interactively command)
    (newline)))

(defun memento-diff-submit-decision ()
  "Change the decision.
With rejected hunks it is not to be approved."
  (interactive)
  (memento--diff-submit-next :decision))

(defun memento-diff-submit-rest ()
  "Change what becomes of hunks that are undecided."
  (interactive)
  (memento--diff-submit-next :rest))

(defun memento-diff-submit-revert ()
  "Change whether rejected hunks are taken out of the working tree."
  (interactive)
  (memento--diff-submit-next :revert))

(defun memento-diff-submit-stage ()
  "Change whether approved hunks are put into git's index."
  (interactive)
  (memento--diff-submit-next :stage))

;;;; Opening

(defun memento-diff-submit ()
  "Show what the verdict will be, and submit it from there."
  (interactive)
  (unless (memento--diff-open-p)
    (user-error "This review is closed: %s" (plist-get memento--diff-request :state)))
  (memento--diff-leave-region)
  (pcase-let* ((review (current-buffer))
               (return (memento--capture-returner))
               (`(,_ ,rejected ,_) (memento--diff-count))
               (decision (if (or (> rejected 0) memento--diff-comments) "changes-requested" "approved"))
               (remark memento--diff-remark)
               (own (plist-get memento--diff-request :own))
               (buffer (get-buffer-create (format "*memento submit %s*" (memento--diff-id)))))
    (with-current-buffer buffer
      (if (derived-mode-p 'memento-diff-submit-mode)
          (progn
            ;; Left without a word and come back to: what was judged meanwhile counts.
            (plist-put memento--diff-submit-choices :decision decision)
            (memento--diff-submit-fill))
        (memento-diff-submit-mode)
        (setq memento--diff-submit-review review
              memento--diff-submit-choices (list :decision decision :rest 'ask
                                                 :revert memento-diff-revert-rejected
                                                 :stage (or memento-diff-stage-approved
                                                            (and own 'ask))))
        (memento--diff-submit-fill)
        (goto-char (point-max))
        (when remark
          (insert remark))
        (set-buffer-modified-p nil))
      (unless (get-buffer-window buffer)
        (setq memento--diff-submit-return return)))
    (memento--capture-display buffer 11)))

(defun memento--diff-submit-leave ()
  "Leave the buffer from which a review is submitted."
  (let ((buffer (current-buffer))
        (return memento--diff-submit-return))
    (funcall return)
    (kill-buffer buffer)))

(defun memento-diff-submit-abandon ()
  "Go back to the review without submitting it; the remark is kept."
  (interactive)
  (memento--diff-submit-leave)
  (message "Not submitted"))

;;;; Submitting

(defun memento--diff-submit-ask ()
  "Ask what is still to be asked; return the choices, or nil to go to the review."
  (pcase-let ((`(,approved ,rejected ,undecided ,_) (memento--diff-submit-counts))
              (choices (copy-sequence memento--diff-submit-choices)))
    (catch 'back
      (when (and (> undecided 0) (eq (plist-get choices :rest) 'ask))
        (setq choices
              (plist-put choices :rest
                         (pcase (read-char-choice
                                 (format "%s: (a)pprove %s, (l)eave undecided, (g)o to the first? "
                                         (memento--diff-plural undecided "undecided hunk") (if (= undecided 1) "it" "them"))
                                 '(?a ?l ?g))
                           (?a 'approve)
                           (?l 'leave)
                           (_ (throw 'back nil))))))
      (when (and (> rejected 0) (eq (plist-get choices :revert) 'ask))
        (setq choices (plist-put choices :revert
                                 (y-or-n-p (if (= rejected 1)
                                               "Take the rejected hunk out of the working tree? "
                                             (format "Take the %d rejected hunks out of the working tree? "
                                                     rejected))))))
      (when (eq (plist-get choices :stage) 'ask)
        (setq choices
              (plist-put choices :stage
                         (and (or (> approved 0) (and (> undecided 0) (eq (plist-get choices :rest) 'approve)))
                              (y-or-n-p "Stage what is approved? ")))))
      choices)))

(defun memento--diff-submit-save (review)
  "Have unsaved edits of files of REVIEW with rejected hunks saved.
Signal a `user-error' where the person does not want that: a hunk cannot be
taken out of a file under unsaved edits."
  (with-current-buffer review
    (dolist (index (seq-uniq (seq-map (lambda (item) (plist-get item :file))
                                      (seq-filter (lambda (item) (eq (plist-get item :judgement) 'reject))
                                                  memento--diff-items))))
      (let* ((name (expand-file-name (plist-get (memento--diff-file index) :path)))
             (buffer (find-buffer-visiting name)))
        (when (and buffer (buffer-modified-p buffer))
          (unless (verify-visited-file-modtime buffer)
            (user-error "%s has unsaved edits, and changed on disk too: settle that first; nothing was submitted"
                        (buffer-name buffer)))
          (unless (y-or-n-p (format "%s has unsaved edits, and rejected hunks are to be taken out of it.  Save it first? "
                                    (buffer-name buffer)))
            (user-error "%s has unsaved edits: save them, or leave the rejected hunks in; nothing was submitted"
                        (buffer-name buffer)))
          (with-current-buffer buffer (save-buffer)))))))

(defun memento-diff-submit-finish ()
  "Submit the review, and bring back the windows from before it."
  (interactive)
  (let* ((review memento--diff-submit-review)
         (buffer (current-buffer))
         (remark (memento--diff-submit-remark))
         (choices (if (buffer-live-p review)
                      (memento--diff-submit-ask)
                    (user-error "The review buffer is gone: open the review again"))))
    (if (null choices)
        (progn
          (memento--diff-submit-leave)
          (with-current-buffer review
            (memento--diff-goto-undecided 0)))
      (when (plist-get choices :revert)
        (memento--diff-submit-save review))
      (memento--diff-say-briefly "Submitting...")
      (let ((verdict (with-current-buffer review
                       (memento--diff-change
                        #'memento-core-diff-submit
                        (append (list :decision (plist-get choices :decision))
                                (unless (string-empty-p remark) (list :remark remark))
                                (list :approve-rest (eq (plist-get choices :rest) 'approve)
                                      :revert (plist-get choices :revert)
                                      :stage (plist-get choices :stage)))))))
        (with-current-buffer review
          (seq-doseq (file memento--diff-files)
            (memento--diff-follow (expand-file-name (plist-get file :path)))
            (when-let ((old (plist-get file :old-path)))
              (memento--diff-follow (expand-file-name old)))))
        (kill-buffer buffer)
        (memento--diff-leave review)
        (message "%s" (memento--diff-verdict-message verdict))))))

(defun memento--diff-follow (name)
  "Have a buffer that visits the file NAME without unsaved edits show it as it is."
  (when (file-exists-p name)
    (with-demoted-errors "memento: %S"
      (memento--follow-file name))))

(defun memento--diff-verdict-message (verdict)
  "Return VERDICT and what was done in one line."
  (let* ((items (plist-get verdict :items))
         (with (lambda (key value) (seq-count (lambda (item) (eq (plist-get item key) value)) items)))
         (part (lambda (count word) (and (> count 0) (format "%d %s" count word)))))
    (concat
     (capitalize (substring (symbol-name (plist-get verdict :decision)) 0 1))
     (string-replace "-" " " (substring (symbol-name (plist-get verdict :decision)) 1))
     ": "
     (string-join
      (delq nil
            (list (funcall part (funcall with :judgement 'approve) "approved")
                  (funcall part (funcall with :judgement 'reject) "rejected")
                  (funcall part (funcall with :judgement nil) "undecided")
                  (funcall part (funcall with :outcome 'reverted) "taken out")
                  (funcall part (funcall with :outcome 'gone) "gone already")
                  (funcall part (funcall with :outcome 'staged) "staged")))
      ", ")
     (when-let ((why (plist-get verdict :not-reverted)))
       (format ".  Not taken out: %s" why))
     (when-let ((why (plist-get verdict :not-staged)))
       (format ".  Not staged: %s" why)))))

(defun memento--diff-leave (review)
  "Kill the buffer REVIEW and bring back the windows from before it."
  (let ((return (buffer-local-value 'memento--diff-return review)))
    (with-current-buffer review
      (remove-hook 'kill-buffer-hook #'memento--diff-killed t)
      (setq memento--diff-return nil))
    (when return
      (funcall return))
    (kill-buffer review)))

(defun memento--diff-killed ()
  "Put a review that is killed back into the queue, for `kill-buffer-hook'.
Otherwise nothing would tell any more that somebody waits for it."
  (when (memento--diff-mine-p)
    (with-demoted-errors "memento: %S"
      (memento--call #'memento-core-diff-put-back (memento--diff-id)))))

(defun memento-diff-put-back ()
  "Put the review back into the queue; what was marked stays.
The windows are as they were before it."
  (interactive)
  (when (memento--diff-open-p)
    (memento--diff-change #'memento-core-diff-put-back))
  (let ((open (memento--diff-open-p)))
    (memento--diff-leave (current-buffer))
    (message (if open "Put back: it waits in the queue, with its marks" "Closed"))))

(provide 'memento-diff-submit)
;;; memento-diff-submit.el ends here
